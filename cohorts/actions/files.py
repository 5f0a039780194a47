"""Takes cohort and register files in, and writes them whole; it refuses to write part of a file."""
import hashlib

from django.db import IntegrityError, transaction

from lms.kit import clock
from lms.kit.moves import move
from lms.kit.refusals import Refused, insist
from lms.people.actions import admit
from lms.people.models import User
from lms.people.roles import is_operator

from .. import imports
from ..imports.columns import COHORT
from ..imports.verdicts import day_of, facts_of, name_changes
from ..models import Cohort, Employment, Enrolment, Import, Organisation
from ..register import last_lines, post_of
from ..rules import may_be_written, may_bring_files, may_change_nations
from ..states import ImportState
from .enrolments import change_name, change_nations, correct_enrolled_on, enrol
from .posts import record_post

CHANGED_SINCE = (
    "What is stored has changed since this file was checked (row {}), so nothing was written. Check the file again, "
    "read the rows, and write it then."
)


@transaction.atomic
def check_import(kind, file_name, content: bytes, *, by) -> Import:
    """Read a file and keep every row with its verdict; nothing else is written.

    1. the file, with its fingerprint. The same file brought twice by the same person is one.
    Raises FileProblem, and keeps nothing, when the file as a whole cannot be read.
    """
    insist(may_bring_files(by))
    rows = imports.check(kind, content, by=by)
    digest = hashlib.sha256(content).hexdigest()
    if not is_operator(by):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Import.objects.filter(kind=kind, sha256=digest, made_by=by.record_label, state=ImportState.CHECKED)
    for same in waiting:
        if same.rows == rows:
            return same
    return Import.objects.create(
        kind=kind, file_name=file_name[-200:], sha256=digest, rows=rows, made_by=by.record_label, made_at=clock.now()
    )


@transaction.atomic
def recheck_import(import_, *, by) -> Import:
    """1. the rows have the verdicts that are right now. Nothing else is written."""
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state == ImportState.CHECKED:
        locked.rows = imports.check_again(locked.kind, locked.rows, by=by)
        locked.save(update_fields=["rows"])
    return locked


@transaction.atomic
def write_import(import_, *, by) -> Import:
    """Write a checked file, all of it.

    1. everything the file speaks of is locked and every row is judged again, 2. each new or changed
    row is written by the deed of its kind, with its record entry and message, 3. the file is
    “written”, with a record entry. Written before: that file, and nothing happens. Refused, and
    nothing is written, when a row is refused or a verdict is no longer what it was.
    """
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state == ImportState.WRITTEN:
        return locked
    answer = may_be_written(locked)
    if not answer:
        raise Refused(answer.reason)
    _lock_what_it_speaks_of(locked)
    for was, now in zip(locked.rows, imports.check_again(locked.kind, locked.rows, by=by), strict=True):
        if was != now:
            raise Refused(CHANGED_SINCE.format(was["row"]))
    write_row = _write_cohort_row if locked.kind == COHORT else _write_register_row
    waiting = [row for row in locked.rows if row["verdict"] != "unchanged"]
    known = _known(locked)
    for row in waiting:
        try:
            with transaction.atomic():
                write_row(row["values"], known, by=by, source=f"import:{locked.pk}")
        except IntegrityError:
            raise Refused(CHANGED_SINCE.format(row["row"])) from None
    return move(locked, "write_import", by=by, written_at=clock.now())


@transaction.atomic
def drop_import(import_, *, by) -> Import:
    """1. the file can no longer be written and its rows are forgotten, 2. a record entry."""
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state == ImportState.DROPPED:
        return locked
    return move(locked, "drop_import", by=by, rows=[])


def _lock_what_it_speaks_of(import_):
    """One order for everybody (floor by floor, then by key), so that two files never wait for each other."""
    values = [row["values"] for row in import_.rows]
    emails = [v["email"] for v in values]
    if import_.kind == COHORT:
        list(Cohort.objects.select_for_update(no_key=True).filter(code__in={v["cohort"] for v in values}).order_by("pk"))
    else:
        list(Organisation.objects.select_for_update(no_key=True).filter(code__in={v["organisation"] for v in values}).order_by("pk"))
    list(User.objects.select_for_update(no_key=True).filter(email__in=emails).order_by("pk"))
    if import_.kind == COHORT:
        list(Enrolment.objects.select_for_update(no_key=True).filter(person__email__in=emails).order_by("pk"))
    else:
        list(Employment.objects.select_for_update(no_key=True).filter(reference__in={v["entry"] for v in values}).order_by("pk"))


def _known(import_):
    """The cohorts or organisations and posts that rows point at, read once."""
    if import_.kind == COHORT:
        return {c.code.upper(): c for c in Cohort.objects.select_related("programme")}
    return {o.code.upper(): o for o in Organisation.objects.all()}


def _write_cohort_row(values, cohorts, *, by, source):
    person = admit(
        by=by, email=values["email"], first_name=values["given_names"], last_name=values["family_name"],
        known_as=values.get("known_as", ""), is_invented=_is_invented(by),
    )
    first_day = day_of(values["enrolled_on"])
    enrolment = enrol(
        cohorts[values["cohort"]], person, values["nations"], _reference(person, values), by=by, enrolled_on=first_day
    )
    if name_changes(person, values):
        # By the page's own deed: its rule, the former name kept, the person told.
        change_name(enrolment, values["given_names"], values["family_name"], by=by, known_as=values.get("known_as", person.known_as))
    if list(enrolment.plan.nations) != values["nations"] and may_change_nations(enrolment, values["nations"]):
        change_nations(enrolment, values["nations"], by=by, source=source)
    if enrolment.enrolled_on != first_day:
        correct_enrolled_on(enrolment, first_day, by=by)


def _reference(person, values):
    """The reference as it is stored, if this person has it in another case."""
    stored = person.enrolments.filter(student_reference__iexact=values["student_reference"]).first()
    return stored.student_reference if stored else values["student_reference"]


def _write_register_row(values, organisations, *, by, source):
    person = User.objects.get(email__iexact=values["email"])
    entry = Employment.objects.filter(reference__iexact=values["entry"]).first()
    line = entry and last_lines().filter(employment=entry).first()
    record_post(
        entry.reference if entry else values["entry"], person, organisations[values["organisation"]], by=by, source=source,
        **facts_of(values, line and post_of(line)),
    )


def _is_invented(by) -> bool:
    """Whoever the demonstration or one of its invented people brings is invented too."""
    return by.command == "seed_demo" if is_operator(by) else by.is_invented

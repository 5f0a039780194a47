"""Takes cohort and register files in, and writes them whole; it refuses to write part of a file."""

import hashlib
import time

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.actions.attendance import carry_attendance_of
from courses.models import StudyPlan
from lms.kit import clock
from lms.kit.batches import Batch, Moved, rest
from lms.kit.refusals import NotAllowed, NotNow, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import admit_in
from lms.people.models import RoleGrant, User
from lms.people.notices import bring, tell_after
from lms.people.roles import Operator, is_operator
from lms.record.actions import write

from ..employment.actions import is_ended, record_post_in, words_of_end
from ..employment.models import Employment, EmploymentLine
from ..employment.queries import entries_called
from ..employment.register import last_lines, post_of
from ..employment.rules import may_export_register
from ..enrolment.actions import (
    Places,
    change_codes_in,
    change_name_in,
    change_nations_in,
    correct_enrolled_on_in,
    enrol_in,
)
from ..enrolment.models import Cohort, Enrolment
from ..enrolment.rules import may_change_nations
from ..enrolment.telling import tell_office_of_nations_in
from ..organisations.actions import tell_organisation_in
from ..organisations.models import Organisation
from ..organisations.queries import contacts_by_organisation
from ..sheets.headers import COHORT
from . import verdicts
from .changes import day_of
from .cohort_rows import codes_in, name_changes
from .models import Import
from .queries import standing_of
from .register_rows import facts_of
from .rules import may_be_written, may_bring_files
from .states import ImportState

WORKER = Operator("work")
TRIES = 3
PROGRESS = (
    100,
    20,
)  # rows between two notes of how far the worker is; and how many notes a file has at most
TOLD_AT_ONCE = 100  # people told at once; the worker tells the others
CHANGED_SINCE = gettext_noop(
    "What is stored has changed since this file was checked (row {}), so nothing was written. Check the file again, "
    "read the rows, and write it then."
)


def check_import(kind, file_name, content: bytes, *, by, leave_out=False) -> Import:
    """Read a file and keep every row with its verdict; nothing else is written. `leave_out`: columns that have no place in it are passed over.

    1. the file, with its fingerprint. The same file brought twice by the same person is one.
    Raises FileProblem, and keeps nothing, when the file as a whole cannot be read.
    """
    insist(may_bring_files(by))
    rows = verdicts.check(
        kind, content, by=by, leave_out=leave_out
    )  # takes long, so it comes before the transaction
    return _keep_file(kind, file_name, hashlib.sha256(content).hexdigest(), rows, by=by)


@transaction.atomic
def _keep_file(kind, file_name, digest, rows, *, by):
    if not is_operator(by):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Import.objects.filter(
        kind=kind, sha256=digest, made_by=by.record_label, state=ImportState.CHECKED
    )
    for same in waiting:
        if same.rows == rows:
            return same
    made = Import.objects.create(
        kind=kind,
        file_name=file_name[-200:],
        sha256=digest,
        rows=rows,
        counts=verdicts.counts(rows),
        made_by=by.record_label,
        made_at=clock.now(),
    )
    let_go_of_rows(made)
    return made


def recheck_import(import_, *, by) -> Import:
    """1. the rows have the verdicts that are right now. Nothing else is written."""
    insist(may_bring_files(by))
    found = Import.objects.get(pk=import_.pk)
    rows = verdicts.check_again(
        found.kind, found.rows, by=by
    )  # takes long, so it comes before the transaction
    with transaction.atomic():
        locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
        if locked.state == ImportState.CHECKED:
            locked.rows, locked.counts, locked.why_not = rows, verdicts.counts(rows), ""
            locked.save(update_fields=["rows", "counts", "why_not"])
    return locked


@transaction.atomic
def begin_import(import_, *, by) -> Import:
    """Have the worker write a file that is too long for a page. 1. the file is “being written”, on behalf of `by`, 2. a record entry.
    Begun or written before: nothing happens. Refused where it cannot be written as it was checked."""
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state in (ImportState.WRITTEN, ImportState.WRITING):
        return locked
    if not (answer := may_be_written(locked)):
        raise Refused(answer.reason)
    return make_transition(
        locked,
        "begin_import",
        by=by,
        begun_by=None if is_operator(by) else by,
        begun_at=clock.now(),
        ready=0,
        why_not="",
    )


def imports_under_way() -> list[Import]:
    """Files that wait for the worker, without their rows."""
    return list(
        Import.objects.filter(state=ImportState.WRITING)
        .select_related("begun_by")
        .defer("rows")
        .order_by("begun_at", "pk")
    )


def carry_on_import(import_) -> bool:
    """Write a file that was begun, on behalf of whoever began it. Was it written?

    Killed at any moment nothing of it is written, or all; the next call does it again. Refused: the file is as it was before it was
    begun, and its page says why.
    """
    by = import_.begun_by or WORKER
    try:
        return write_import(import_, by=by).state == ImportState.WRITTEN
    except NotNow:
        raise  # it goes on waiting
    except (Refused, NotAllowed) as why:
        with transaction.atomic():
            locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
            if locked.state == ImportState.WRITING:
                make_transition(locked, "refuse_import", by=by, why_not=str(why))
        return False


def write_import(import_, *, by) -> Import:
    """Write a checked file, all of it.

    1. every row is judged again, and what the actions of its kind will write is made ready, while nobody waits; 2. in one short
    transaction everything the file speaks of is locked, looked at once more and written, with the record entries, and the file is
    “written”; 3. people are told, some at a time. Written before: that file, and nothing happens. Refused, and nothing is written, when a
    row is refused or a verdict is no longer what it was. Killed before the end of 2 nothing is written, and after it whoever was not
    told yet is told by the worker.
    """
    insist(may_bring_files(by))
    for _unused in range(TRIES):
        found = Import.objects.get(pk=import_.pk)
        if found.state == ImportState.WRITTEN:
            return found
        if not (answer := may_be_written(found)):
            raise Refused(answer.reason)
        try:
            values, seen, batch = _make_ready(found, by)
        except Refused:
            if Import.objects.values_list("state", flat=True).get(pk=found.pk) == found.state:
                raise
            continue  # somebody else wrote or dropped it while this was looking, and that is what is answered
        started = time.monotonic()
        try:
            done, notices = _write_at_once(found, values, batch, seen, by=by)
        except (Moved, IntegrityError):
            continue  # somebody was quicker: look again
        if notices:
            rest(time.monotonic() - started)
            bring(notices, most=TOLD_AT_ONCE)
        return done
    raise Refused(
        _(
            "What is stored goes on changing while this file is made ready, so nothing was written. Write it again in a moment."
        )
    )


@transaction.atomic
def _write_at_once(import_, values, batch, seen, *, by):
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).defer("rows").get(pk=import_.pk)
    if locked.state == ImportState.WRITTEN:
        return Import.objects.get(pk=import_.pk), None
    if locked.state != import_.state:
        raise Moved
    _lock_what_it_speaks_of(import_.kind, values)
    if standing_of(import_.kind, values) != seen:
        raise Moved
    batch.write()
    notices = tell_after(batch.messages, by=by)
    return make_transition(import_, "write_import", by=by, written_at=clock.now()), notices


def _make_ready(import_, by) -> tuple[list[dict], list[str], Batch]:
    """The values of the file's rows, what is stored about them, and what writing them will write. Raises Refused where a verdict is no longer what it was.

    The rows with their sentences are let go before the batch is made, for both are large: `import_` reads them again when it is asked.
    """
    values, waiting, seen = _values_that_hold(import_, by)
    batch, source = Batch(by=by), f"import:{import_.pk}"
    write_rows = _cohort_rows if import_.kind == COHORT else _register_rows
    write_rows(batch, waiting, lambda n: _note_progress(import_, n, len(values)), source=source)
    return values, seen, batch.make_ready()


def _values_that_hold(import_, by):
    rows = import_.rows
    let_go_of_rows(import_)
    values = [row["values"] for row in rows]
    seen = standing_of(import_.kind, values)
    if was := verdicts.changed_since(import_.kind, rows, by=by):
        raise Refused(_(CHANGED_SINCE).format(was["row"]))
    waiting = [row["values"] for row in rows if row["verdict"] != "unchanged"]
    return values, waiting, seen


def let_go_of_rows(import_):
    """A file that was read whole reads its rows again when they are asked for."""
    del import_.__dict__["rows"]


def _note_progress(import_, count, whole):
    """For the page that follows the worker; on a page's own request there is nobody to read it."""
    least, most = PROGRESS
    if import_.state == ImportState.WRITING and count % max(least, whole // most) == 0:
        Import.objects.filter(pk=import_.pk, state=ImportState.WRITING).update(ready=count)


@transaction.atomic
def note_export(which, ending, organisation, count, *, by):
    """The register, or a part of it, is taken out as a file. 1. a record entry: who, which part, how many posts. It is written before the file begins to leave,
    so a connection that is cut leaves the entry too."""
    insist(may_export_register(by))
    write(
        "cohorts.export_register",
        "cohorts.register",
        by=by,
        after={
            "which": which,
            "ending": ending,
            "organisation": organisation and organisation.pk,
            "posts": count,
        },
    )


@transaction.atomic
def drop_import(import_, *, by) -> Import:
    """1. the file can no longer be written and its rows are forgotten, 2. a record entry."""
    insist(may_bring_files(by))
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state == ImportState.DROPPED:
        return locked
    return make_transition(locked, "drop_import", by=by, rows=[], counts={})


def _lock_what_it_speaks_of(kind, values):
    """People, then what stands on them, by key, as every action locks them; nothing that other people's rows share."""
    emails = [v["email"] for v in values]
    list(
        User.objects.select_for_update(no_key=True)
        .filter(email__in=emails)
        .order_by("pk")
        .values_list("pk")
    )
    if kind == COHORT:
        list(
            Enrolment.objects.select_for_update(no_key=True)
            .filter(person__email__in=emails)
            .order_by("pk")
            .values_list("pk")
        )
    else:
        list(
            entries_called(v["entry"] for v in values)
            .select_for_update(no_key=True)
            .order_by("pk")
            .values_list("pk")
        )


def _cohort_rows(batch, rows, progress, *, source):
    cohorts = {
        c.code.upper(): c
        for c in Cohort.objects.select_related("programme").filter(
            code__in={v["cohort"] for v in rows}
        )
    }
    people = {
        p.email.lower(): p
        for p in User.objects.annotate(e=Lower("email")).filter(e__in={v["email"] for v in rows})
    }
    here = list(people.values())
    places = Places(here, cohorts.values(), {v["student_reference"] for v in rows})
    new = sum(v["email"] not in people for v in rows)
    for model, count in (
        (User, new),
        (StudyPlan, len(rows)),
        (Enrolment, len(rows)),
        (RoleGrant, len(rows)),
    ):
        batch.reserve(model, count)
    changed = []
    for count, values in enumerate(rows, start=1):
        person = people.get(values["email"]) or admit_in(
            batch,
            email=values["email"],
            first_name=values["given_names"],
            last_name=values["family_name"],
            known_as=values.get("known_as", ""),
            is_invented=_is_invented(batch.by),
        )
        mine = places.enrolments.get(person.pk, [])
        stored = next(
            (
                e.student_reference
                for e in mine
                if e.student_reference.casefold() == values["student_reference"].casefold()
            ),
            None,
        )
        first_day, cohort = day_of(values["enrolled_on"]), cohorts[values["cohort"]]
        enrolment = enrol_in(
            batch,
            places,
            cohort,
            person,
            values["nations"],
            stored or values["student_reference"],
            enrolled_on=first_day,
        )
        if name_changes(person, values):
            # By the page's own action: its rule, the former name kept, the person told.
            change_name_in(
                batch,
                person,
                values["given_names"],
                values["family_name"],
                values.get("known_as", person.known_as),
            )
        if list(enrolment.plan.nations) != values["nations"] and may_change_nations(
            enrolment, values["nations"]
        ):
            changed.append(change_nations_in(batch, enrolment, values["nations"], source=source))
        if enrolment.enrolled_on != first_day:
            correct_enrolled_on_in(batch, enrolment, first_day)
        change_codes_in(batch, enrolment, codes_in(values))
        progress(count)
    batch.in_order(User, "email")
    batch.in_order(Enrolment, "student_reference")
    if changed:
        batch.after(lambda: carry_attendance_of([one.plan for one, *_codes in changed]))
        tell_office_of_nations_in(batch, changed)


def _register_rows(batch, rows, progress, *, source):
    people = {
        p.email.lower(): p
        for p in User.objects.annotate(e=Lower("email")).filter(e__in={v["email"] for v in rows})
    }
    organisations = {
        o.code.upper(): o
        for o in Organisation.objects.filter(code__in={v["organisation"] for v in rows})
    }
    posts = entries_called(v["entry"] for v in rows).select_related("person")
    entries = {entry.reference.lower(): entry for entry in posts}
    lines = {
        line.employment_id: line
        for line in last_lines().filter(employment__in=[entry.pk for entry in entries.values()])
    }
    batch.reserve(Employment, len(rows) - len(entries))
    batch.reserve(EmploymentLine, len(rows))
    ended = []
    for count, values in enumerate(rows, start=1):
        entry = entries.get(values["entry"].lower())
        last, person = entry and lines.get(entry.pk), people[values["email"]]
        line = record_post_in(
            batch,
            entry.reference if entry else values["entry"],
            entry,
            last,
            person,
            organisations[values["organisation"]],
            source=source,
            **facts_of(values, last and post_of(last)),
        )
        if last and line is not last and is_ended(last, line):
            ended.append((person, line))
        progress(count)
    batch.in_order(Employment, "reference")
    _tell_of_ends(batch, ended)


def _tell_of_ends(batch, ended):
    """Whom `end_post` tells; the organisations' contacts are read once."""
    contacts = (
        contacts_by_organisation({line.organisation_id for _unused, line in ended}, clock.today())
        if ended
        else {}
    )
    for person, line in ended:
        to_person, to_organisation = words_of_end(person, line)
        batch.tell(person, *to_person)
        tell_organisation_in(
            batch,
            line.organisation,
            contacts.get(line.organisation_id, ()),
            *to_organisation,
            but_not=[person.pk],
        )


def _is_invented(by) -> bool:
    """Whoever the demonstration or one of its invented people brings is invented too."""
    return by.command == "seed_demo" if is_operator(by) else by.is_invented

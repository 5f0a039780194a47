"""Says which version a cohort sits, and when; it refuses another version once work of the cohort is in."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.states import STUDYING
from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.notices import AT_ONCE, bring_now, tell_after
from lms.record.actions import write

from ..models import Sitting
from ..queries import has_work, version_for
from ..rules import may_set
from .versions import Outdated

DATES = ("opens_at", "due_at", "marking_due_on", "feedback_due_on")
YEARS = 3  # a date further away than this is a slip


class BadDate(Refused):
    """A date that cannot be; `name` is which."""

    def __init__(self, name, words):
        self.name = name
        super().__init__(words)


class SittingFaults(Refused):
    """Some of many sittings cannot be so; `lines` has the refusal of each by the assessment's key. Nothing was changed."""

    def __init__(self, lines):
        self.lines = lines
        super().__init__(" ".join(map(str, lines.values())))


@transaction.atomic
def set_sittings(cohort, rows, *, by) -> int:
    """The sittings of a cohort, all or none; `rows` are (assessment, dates, version, seen) as `set_sitting` takes them. How many changed.
    Raises SittingFaults."""
    faults, changed = {}, 0
    for assessment, dates, version, seen in rows:
        try:
            with transaction.atomic():
                before = fingerprint(
                    Sitting.objects.filter(assessment=assessment, cohort=cohort).first()
                )
                made = set_sitting(assessment, cohort, dates, by=by, version=version, seen=seen)
                changed += fingerprint(made) != before
        except Refused as refusal:
            faults[assessment.pk] = refusal
    if faults:
        raise SittingFaults(faults)
    return changed


def fingerprint(sitting) -> str:
    """What a page was opened on, to be compared when it is saved."""
    if sitting is None:
        return ""
    return "|".join(str(value or "") for value in _in_record(_values(sitting)).values())


def _values(sitting):
    return {name: getattr(sitting, name) for name in ("version_id", *DATES)}


@transaction.atomic
def set_sitting(assessment, cohort, dates, *, by, version=None, seen=None) -> Sitting:
    """Say when a cohort sits an assessment, and which version of it: the newest approved one where none is named and none was.

    `dates`: those of DATES that are to be so; the others stay. 1. the sitting, 2. a record entry, 3. trainees whose opening or due date is another
    now are told, and those with a reasonable adjustment have theirs follow. Once work of the cohort is in, its version and opening stand, and its due date only moves later. Raises BadDate, and Outdated when the
    sitting is no longer the one of `seen`, its fingerprint when the page was opened.
    """
    insist(may_set(by, assessment.module))
    if assessment.module.programme_id != cohort.programme_id:
        raise Refused(
            _("%(assessment_code)s does not belong to the programme of %(cohort)s.")
            % {"assessment_code": assessment.code, "cohort": cohort.title}
        )
    # First of all, as a board does that decides on its work: by this date or by the one before, never by both.
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    is_new = not Sitting.objects.filter(assessment=assessment, cohort=cohort).exists()
    sitting = _sitting(assessment, cohort.pk, version)
    before = _values(sitting)
    wanted = {**before, **dates, "version_id": version.pk if version else sitting.version_id}
    if not is_new and wanted == before:
        return sitting
    if seen is not None and seen != ("" if is_new else fingerprint(sitting)):
        raise Outdated(
            _("The sitting of “%(title)s” was changed from another page after you opened this one.")
            % {"title": assessment.title}
        )
    _insist_possible(assessment, wanted, before)
    if version and (version.assessment_id != assessment.pk or not version.is_approved):
        raise Refused(_("Only an approved version can be sat. Have this one approved first."))
    if has_work(assessment, cohort):
        _insist_it_stands(assessment, cohort, wanted, before)
    for name, value in wanted.items():
        setattr(sitting, name, value)
    sitting.save()
    write(
        "assessments.set_sitting",
        sitting,
        by=by,
        before=None if is_new else _in_record(before),
        after=_in_record(wanted),
    )
    if wanted["due_at"] != before["due_at"]:
        import_string(settings.IMSA_OWN_DUE_DATES)(assessment, cohort)
    if not is_new:
        _tell(assessment, cohort, wanted, before, by=by)
    return sitting


def set_deadline(assessment, cohort, due_at, *, by) -> Sitting:
    """Say when a cohort hands an assessment in."""
    return set_sitting(assessment, cohort, {"due_at": due_at}, by=by)


def _sitting(assessment, cohort_id, version=None) -> Sitting:
    """The row, locked; where there was none it is made, and two at once make one."""
    version = version or version_for(assessment.pk, cohort_id)
    if version is None:
        raise Refused(
            _("No version of %(code)s is approved yet, so no cohort can sit it.")
            % {"code": assessment.code}
        )
    rows = Sitting.objects.select_for_update(no_key=True)
    there = rows.filter(assessment=assessment, cohort_id=cohort_id).first()
    if there:
        return there
    made, _is_new = Sitting.objects.get_or_create(
        assessment=assessment, cohort_id=cohort_id, defaults={"version": version}
    )
    return rows.get(pk=made.pk)


def _insist_possible(assessment, wanted, before):
    opens_at, due_at = wanted["opens_at"], wanted["due_at"]
    about = {"title": assessment.title}
    for name in DATES:
        value = wanted[name]
        day = localtime(value).date() if isinstance(value, datetime) else value
        if day and value != before[name] and abs((day - clock.today()).days) > 366 * YEARS:
            raise BadDate(name, _("This date is more than three years away. Check the year."))
    if opens_at and due_at and opens_at >= due_at:
        raise BadDate("opens_at", _("“%(title)s” must open before it is due.") % about)
    last, words = due_at and localtime(due_at).date(), _("the day it is due")
    for name, label in (
        ("marking_due_on", _("the day marking is due")),
        ("feedback_due_on", _("the day feedback is due")),
    ):
        day = wanted[name]
        if day and last and day < last:
            raise BadDate(
                name,
                _("For “%(title)s”, %(label)s must not be before %(last)s.")
                % {**about, "label": label, "last": words},
            )
        if day:
            last, words = day, label


def _insist_it_stands(assessment, cohort, wanted, before):
    about = {"title": assessment.title}
    decided = assessment.attempts.filter(enrolment__cohort=cohort, lines__stage="ratified")
    if wanted["due_at"] != before["due_at"] and decided.exists():
        raise BadDate(
            "due_at",
            _(
                "A board has decided on “%(title)s” for this cohort, so its due date stands. Give single trainees another date."
            )
            % about,
        )
    if wanted["version_id"] != before["version_id"]:
        raise Refused(
            _("Work for “%(title)s” is in from this cohort, so the version it sits stands.") % about
        )
    if wanted["opens_at"] != before["opens_at"]:
        raise BadDate(
            "opens_at",
            _("Work for “%(title)s” is in from this cohort, so its opening stands.") % about,
        )
    if before["due_at"] and (not wanted["due_at"] or wanted["due_at"] < before["due_at"]):
        raise BadDate(
            "due_at",
            _("Work for “%(title)s” is in from this cohort, so its due date can only move later.")
            % about,
        )


def _in_record(values):
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


def _tell(assessment, cohort, wanted, before, *, by):
    """Those who study, have no due date of their own, and are not recorded as not having handed it in."""
    lines = []
    if wanted["due_at"] != before["due_at"] and before["due_at"] and wanted["due_at"]:
        lines.append(
            _("“%(title)s” is now due on %(moment)s.")
            % {"title": assessment.title, "moment": moment(wanted["due_at"])}
        )
    if wanted["opens_at"] != before["opens_at"] and before["opens_at"] and wanted["opens_at"]:
        lines.append(
            _("“%(title)s” now opens on %(moment)s.")
            % {"title": assessment.title, "moment": moment(wanted["opens_at"])}
        )
    if not lines:
        return
    batch = Batch(by=by)
    places = cohort.enrolments.filter(state__in=STUDYING).exclude(
        attempts__in=assessment.attempts.filter(is_current=True).exclude(
            due_at=None, not_submitted_at=None
        )
    )
    for place in places.select_related("person"):
        batch.tell(
            place.person,
            (_("New date: %(title)s") % {"title": assessment.title})[:200],
            " ".join(lines),
            f"/my-work/{assessment.code}/",
        )
    if len(batch.messages) > AT_ONCE:
        tell_after(batch.messages, by=by)  # the worker brings them
    else:
        bring_now(batch)


def pin_sitting(assessment, cohort_id) -> Sitting:
    """In the transaction of somebody who begins or hands in: what their cohort sits cannot become another before it ends. Many hold it at once. Where the
    cohort had no sitting it has one from now on, without dates, so that its version stands. Raises Refused before it opens."""
    found = _share(assessment.pk, cohort_id) or _sitting(assessment, cohort_id)
    opens_at = found.opens_at
    if opens_at and clock.now() < opens_at:
        raise Refused(
            _("“%(title)s” opens on %(moment)s. You can hand it in from then on.")
            % {"title": assessment.title, "moment": moment(opens_at)}
        )
    return found


def _share(assessment_id, cohort_id) -> Sitting | None:
    """FOR SHARE, where the engine has it: `set_sitting` waits for us, and we for it; SQLite has one writer at a time."""
    lock = "FOR SHARE" if connection.vendor == "postgresql" else ""
    rows = Sitting.objects.raw(
        f"SELECT * FROM assessments_deadline WHERE assessment_id = %s AND cohort_id = %s {lock}",  # noqa: S608
        [assessment_id, cohort_id],
    )
    return next(iter(rows), None)

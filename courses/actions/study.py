"""What trainees study, and the marks they leave on the way.

Only what others rely on is written to the record: that a unit was studied, and who attended. An
answer to a knowledge check is a trainee's own way of learning (docs/decisions/0004).
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import set_reading
from lms.people.models import User
from lms.people.roles import is_operator
from lms.record.actions import write

from .. import rules
from ..knowledge_checks import feedback
from ..knowledge_checks.completion import question_hash, unmet
from ..models import Progress, Study, Variant
from ..queries.path import outline_for, path, plans_of, study_progress_of
from ..states import Mark
from .top_ups import reach_late

TAKEN_DOWN = gettext_noop("This unit is being put right, so it cannot be begun today.")


def mark_studied(person, version, *, by) -> Study:
    """Record that a person studied the version they read, once nothing more is asked of them.

    1. the study, 2. the record is written. The same version twice is once. Refused while the unit is
    locked, or while a check, an activity or a session is still open.
    """
    insist(rules.may_record_study(by, person))
    try:
        with transaction.atomic():
            return _study(person, version, by)
    except IntegrityError:  # pressed twice at once: the constraint let one through
        return Study.objects.get(person=person, version=version)


def _study(person, version, by):
    plans = plans_of(person, version.variant.unit.module.programme_id)
    progress = study_progress_of(person, marks_of=version.variant_id)
    if version.pk in progress.studies:
        return Study.objects.get(person=person, version=version)
    insist(rules.may_study(person, version.variant, plans))
    if not is_operator(by):
        step = step_for(person, version.variant, plans, progress)
        if step and step.why_locked:
            raise Refused(step.why_locked)
        if version.variant.withdrawn_at and version.variant_id not in progress.places:
            raise Refused(_(TAKEN_DOWN))
        missing = unmet(version.variant.unit.needs, version.segments, progress.marks)
        if missing:
            raise Refused(" ".join(line.words for line in missing))
    study = Study(person=person, version=version)
    study.save(force_insert=True)
    write("courses.study", study, by=by, after={"person": person.pk, "version": version.pk})
    if outline_for(plans).stale.get(version.pk):
        reach_late(study, by=by)
    return study


def step_for(person, variant, plans, progress):
    found = path(person, plans=plans, progress=progress)
    return next((s for entry in found for s in entry.units if s.variant.pk == variant.pk), None)


def insist_open(person, variant):
    """Raise Refused for a unit that is locked or taken down, unless the person has begun it."""
    taken = study_progress_of(person)
    if variant.pk in taken.places:
        return
    step = step_for(person, variant, plans_of(person, variant.unit.module.programme_id), taken)
    if step and step.why_locked:
        raise Refused(step.why_locked)
    if Variant.objects.filter(pk=variant.pk, withdrawn_at__isnull=False).exists():
        raise Refused(_(TAKEN_DOWN))


# ---- marks on the way ----


@transaction.atomic
def begin(person, variant, *, by):
    """Somebody opened a unit: from now on it stays readable to them. Once is enough. Nothing for who turned that off."""
    insist(rules.may_record_study(by, person))
    if not rules.keeps_place(person):
        return
    Progress.objects.bulk_create(
        [Progress(person=person, variant=variant, kind=Mark.PLACE, data={"part": ""})],
        ignore_conflicts=True,
    )


@transaction.atomic
def keep_place(person, variant, part, *, by) -> Progress | None:
    """Where somebody stopped reading: the newest place replaces the last. Refused before the unit may be opened. Nothing for who turned that off, also
    of what a device kept before."""
    insist(rules.may_record_study(by, person))
    # Who turns it off takes the same lock, so that no place comes after that.
    if not rules.keeps_place(User.objects.select_for_update(no_key=True).get(pk=person.pk)):
        return None
    insist_open(person, variant)
    return leave(person, variant, Mark.PLACE, data={"part": str(part).replace("\0", "")[:80]})


@transaction.atomic
def choose_place(person, keeps: bool, *, by):
    """Turn off, or on again, that units somebody opens and the place where they stop are kept. 1. the choice; turned off, 2. the places kept so
    far are emptied. Units they have opened stay readable to them. Twice is once; the choice may tell of how somebody is, so it is not in the record."""
    insist(rules.may_record_study(by, person))
    set_reading(person, by=by, place="standard" if keeps else "off")
    if not keeps:
        Progress.objects.filter(person=person, kind=Mark.PLACE).update(data={"part": ""})


@transaction.atomic
def answer_check(person, version, key, answer, *, by):
    """Judge an answer to a knowledge check and keep it: returns (mark, verdict).

    1. the last answer and the number of tries. What was once right stays right. Raises
    `checks.Unanswered` where nothing can be judged, Refused for a question that is not in the version.
    """
    insist(rules.may_record_study(by, person))
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    question = part_of(version, key, "check")
    answer = answer.replace("\0", "") if isinstance(answer, str) else answer
    verdict, asked = feedback.judge(question, answer), question_hash(question)
    User.objects.select_for_update(no_key=True).get(
        pk=person.pk
    )  # there may be no mark yet to lock
    mark = locked(person, version.variant, Mark.CHECK, key)
    before = mark.data if mark and mark.data.get("asked") == asked else {}
    data = {
        "asked": asked,
        "given": answer,
        "right": verdict.right,
        "tries": before.get("tries", 0) + 1,
        "version": version.pk,
    }
    if sent := before.get("challenged"):  # answers of which the authors know
        data["challenged"] = sent
    done = verdict.right or bool(before and mark.is_done)
    return leave(person, version.variant, Mark.CHECK, key, data=data, is_done=done), verdict


@transaction.atomic
def do_activity(person, version, key, *, by) -> Progress:
    """Somebody says that they did an activity; twice is once."""
    insist(rules.may_record_study(by, person))
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    part_of(version, key, "activity")
    return leave(person, version.variant, Mark.ACTIVITY, key)


@transaction.atomic
def vote(person, version, key, choice, *, by) -> Progress:
    """An answer to a poll; a later one replaces it. Refused for a choice the poll does not have."""
    insist(rules.may_record_study(by, person))
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    poll = part_of(version, key, "poll")
    if type(choice) is not int or not 0 <= choice < len(poll["options"]):
        raise Refused(_("Choose one of the answers, then send it."))
    return leave(
        person,
        version.variant,
        Mark.POLL,
        key,
        data={"choice": choice, "asked": question_hash(poll)},
    )


@transaction.atomic
def take_later(person, variant, *, by) -> Progress:
    """Save a unit for later: another comes first, and nothing is lost; its date stays."""
    insist(rules.may_record_study(by, person))
    insist(rules.may_study(person, variant))
    insist_open(person, variant)
    return leave(person, variant, Mark.LATER)


@transaction.atomic
def take_now(person, variant, *, by):
    """Start again what was saved for later."""
    insist(rules.may_record_study(by, person))
    Progress.objects.filter(person=person, variant=variant, kind=Mark.LATER).delete()


def leave(person, variant, kind, key="", *, data=None, is_done=True) -> Progress:
    """One mark; the constraint keeps it one."""
    mark, _unused = Progress.objects.update_or_create(
        person=person,
        variant=variant,
        kind=kind,
        key=key,
        defaults={"data": data or {}, "is_done": is_done, "at": clock.now()},
    )
    return mark


def locked(person, variant, kind, key):
    rows = Progress.objects.select_for_update(no_key=True)
    return rows.filter(person=person, variant=variant, kind=kind, key=key).first()


def part_of(version, key, kind) -> dict:
    """A part of the version that readers answer. Raises Refused where there is none."""
    found = next((s for s in version.segments if s["kind"] == kind and s["id"] == key), None)
    if found is None:
        raise Refused(
            _("This question is not in the version you are reading. Open the unit again.")
        )
    return found

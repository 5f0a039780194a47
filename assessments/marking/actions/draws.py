"""Takes a set of single marks into moderation: draws its sample by rule once all are submitted, and draws again after a disagreement."""

import secrets

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.enrolment.states import EnrolmentState
from lms.people.actions import tell, tell_many
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ...setting.models import AssessmentVersion, Sitting
from ...setting.queries import rules_of, scheme_for
from ...setting.working_days import working_day_of
from ...taking.models import Submission
from ...taking.states import SubmissionState
from .. import sampling
from ..models import Allocation, Moderation, ModerationScript
from ..rules import is_current, may_moderate
from ..states import ModerationState, VerdictState
from .rows import FIRST


def is_single(submission) -> bool:
    """Has a script one marker, and was not moderated yet?"""
    if ModerationScript.objects.filter(submission=submission).exists():
        return False
    scheme = scheme_for(submission.assessment_id, submission.enrolment.cohort_id)
    return scheme == AssessmentVersion.MODERATED


def is_frozen(submission) -> bool:
    """Is the single mark of a script one of a set whose moderator did not agree with a mark, and whose moderation goes on? Inside the caller's
    transaction: no verdict comes in between."""
    rows = Moderation.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(scripts__submission=submission, state=ModerationState.OPEN).first()
    return found is not None and found.scripts.filter(state=VerdictState.DISAGREES).exists()


@transaction.atomic
def begin_moderation(assessment, cohort, *, by) -> Moderation | None:
    """Once every mark of a sitting (keys) is submitted: 1. the moderation, with seed, rule and scripts of its draw, 2. which scripts are in the sample, 3. a
    record entry, 4. the registrars are told, who choose a moderator. A single mark of somebody who has left stands or falls with the set, without being in the sample. By rule,
    so it asks nobody. None while a script is still being marked, one moderation goes on, or nothing is new."""
    sittings = Sitting.objects.select_for_update(no_key=True)
    sitting = sittings.filter(assessment=assessment, cohort=cohort).first()
    if sitting is None or sitting.moderations.filter(state=ModerationState.OPEN).exists():
        return None
    everyone = Submission.objects.filter(
        assessment=assessment, enrolment__cohort=cohort, attempt__is_current=True
    )
    waits = Q(state=SubmissionState.MODERATION, moderation_script=None)
    left = Q(enrolment__state=EnrolmentState.LEFT)
    marking = Q(state=SubmissionState.MARKING, moderation_script=None)
    rows = everyone.exclude(left)
    scripts = rows.filter(waits).select_related("enrolment__plan").prefetch_related("allocations")
    if not scripts or rows.filter(marking | Q(state=SubmissionState.SUBMITTED)).exists():
        return None
    return _draw(sitting, list(scripts), list(everyone.filter(left & waits)), by=by)


def _draw(sitting, scripts, of_leavers, *, by):
    rules, seed = rules_of(sitting.cohort_id), secrets.token_hex(8)
    candidates = [_candidate(one) for one in scripts]
    rule = sampling.SampleRule.of(rules)
    sample = sampling.first_draw(candidates, rule, seed)
    made = Moderation.objects.create(
        sitting=sitting,
        number=sitting.moderations.count() + 1,
        seed=seed,
        inputs={
            "rule": rule.as_values(),
            "scripts": [one.as_values() for one in candidates],
        },
        due_on=_due_on(sitting),
    )
    ModerationScript.objects.bulk_create(
        ModerationScript(
            moderation=made,
            submission=one,
            draw=int(one.script in sample),
            why=sample.get(one.script, ""),
        )
        for one in [*scripts, *of_leavers]
    )
    facts = {"scripts": len(scripts), "sample": len(sample), "seed": seed}
    write("assessments.begin_moderation", made, by=by, after=facts)
    tell_office(
        made,
        _("A sample to moderate: %(code)s"),
        _(
            "All marks of “%(title)s” in %(cohort)s are submitted, and a sample is drawn. Please choose who moderates it."
        ),
    )
    return made


def _due_on(sitting):
    """By when what is drawn today is looked at."""
    rules = rules_of(sitting.cohort_id)
    return working_day_of(sitting.cohort_id, rules, rules.moderation_days)


def _candidate(script):
    task = next(t for t in script.allocations.all() if t.stage == FIRST and is_current(t))
    return sampling.Candidate(
        script.script, task.total, task.marker_id, tuple(sorted(script.enrolment.plan.nations))
    )


def candidates_of(moderation) -> tuple[list, sampling.SampleRule]:
    """The scripts and the rule of its draws, as they were."""
    scripts = [sampling.Candidate.read(one) for one in moderation.inputs["scripts"]]
    return scripts, sampling.SampleRule.read(moderation.inputs["rule"])


def extend_sample(moderation, *, by) -> list[ModerationScript]:
    """Inside the caller's transaction, which has locked the moderation: as many scripts again as the rule has it, of those nobody has looked at.
    1. they are in the sample, with the moderator where that person may, and another day by which it is due, 2. a record entry, 3. who moderates is told, or the registrars are. None
    are left: an empty list."""
    candidates, rule = candidates_of(moderation)
    rows = {
        one.submission.script: one
        for one in moderation.scripts.select_related("submission__enrolment").prefetch_related(
            "submission__allocations"
        )
    }
    earlier = {script for script, one in rows.items() if one.draw}
    number = 1 + max(one.draw for one in rows.values())
    found = sampling.extension(candidates, rule, moderation.seed, earlier)
    added = [rows[script] for script in found]
    for one in added:
        one.draw, one.why = number, found[one.submission.script]
        one.moderator = moderation.moderator if _may(moderation.moderator, one) else None
        one.save(update_fields=["draw", "why", "moderator"])
    if not added:
        return []
    moderation.due_on = _due_on(moderation.sitting)
    moderation.save(update_fields=["due_on"])
    write(
        "assessments.extend_sample",
        moderation,
        by=by,
        after={"draw": number, "scripts": len(added)},
    )
    if any(one.moderator for one in added):
        tell_moderator(moderation, len([one for one in added if one.moderator]))
    if not all(one.moderator for one in added):
        tell_office(
            moderation,
            _("The sample is larger: %(code)s"),
            _(
                "A moderator does not agree with a mark of “%(title)s” in %(cohort)s, so more scripts are looked at. Some have no moderator yet."
            ),
        )
    return added


def _may(person, script):
    return person is not None and may_moderate(person, script.submission)


def tell_moderator(moderation, count):
    tell(
        moderation.moderator,
        _("Marks to moderate: %(code)s") % {"code": moderation.sitting.assessment.code},
        ngettext(
            "%(count)s script of “%(title)s” is yours to moderate. Please look at it by %(due_on)s.",
            "%(count)s scripts of “%(title)s” are yours to moderate. Please look at them by %(due_on)s.",
            count,
        )
        % {
            "count": count,
            "title": moderation.sitting.assessment.title,
            "due_on": f"{moderation.due_on:%A %-d %B %Y}",
        },
        "/marking/moderation/",
    )


def tell_office(moderation, subject, body):
    """Everyone who is a registrar today, but authors and markers of the set."""
    about = {
        "code": moderation.sitting.assessment.code,
        "title": moderation.sitting.assessment.title,
        "cohort": moderation.sitting.cohort.title,
    }
    scripts = moderation.scripts.values("submission")
    away = {
        *Submission.objects.filter(pk__in=scripts).values_list("enrolment__person_id", flat=True),
        *Allocation.objects.filter(submission__in=scripts).values_list("marker_id", flat=True),
    }
    words = (subject % about, body % about, f"/registry/moderation/{moderation.pk}/")
    tell_many([(one, *words) for one in holders_of(Role.REGISTRAR) if one.pk not in away])

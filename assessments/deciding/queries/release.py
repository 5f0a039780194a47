"""Which agreed marks trainees do not see yet."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.templatetags.kit import day
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...marking.queries import waiting_corrections
from ...setting.judging import ALL_MARKED, BY_LEADER, ON_DATE, ReleaseRule, release_rule
from ...setting.models import AssessmentVersion, Sitting
from ...setting.queries import judging_of, judging_of_each, version_for
from ...setting.rules import led_today, studied_by
from ...setting.states import ReleaseBy, ReleaseWhen
from ...taking.models import Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from ..models import Hold


def awaiting_release(registrar):
    """Scripts whose mark is agreed and not released, of people who are still there and whose result is not held back, and not the
    registrar's own; nor while a correction waits for a second person. A QuerySet."""
    rows = Submission.objects.filter(
        state=SubmissionState.AGREED,
        attempt__released_at=None,
        attempt__is_current=True,
    )
    return (
        without_holds(rows)
        .exclude(enrolment__state=EnrolmentState.LEFT)
        .exclude(enrolment__person_id=registrar.pk)
        .exclude(pk__in=waiting_corrections().values("allocation__submission"))
        .select_related("assessment", "attempt")
    )


def without_holds(scripts):
    """Those whose result is not held back, of scripts."""
    held_back = Hold.objects.filter(
        Q(module=None) | Q(module=OuterRef("assessment__module")),
        enrolment=OuterRef("enrolment"),
        lifted_at=None,
    )
    return scripts.exclude(Exists(held_back))


def release_counts(person) -> list[dict]:
    """Per cohort and piece of work with a mark that this person can release, or could by another date: how many wait, how many scripts are still being `marking`, by when feedback is
    due where a day is set, the `rule` of its release and `not_yet`: why it cannot be released now. Seven queries."""
    scripts = awaiting_release(person)
    if not may_act_as(person, Role.REGISTRAR):
        scripts = scripts.filter(assessment__module__in=led_today(person).values("module"))
        scripts = scripts.exclude(assessment__module__programme__in=studied_by(person))
    waiting = (
        scripts.select_related(None)
        .order_by("enrolment__cohort__code", "assessment__code")
        .values(
            "enrolment__cohort",
            "enrolment__cohort__title",
            "enrolment__cohort__code",
            "assessment",
            "assessment__code",
            "assessment__title",
        )
        .annotate(waiting=Count("pk"))
    )
    rows = list(waiting)
    if not rows:
        return rows
    still = _still_marked()
    states = states_of({(row["enrolment__cohort"], row["assessment"]) for row in rows})
    for row in rows:
        place = row["enrolment__cohort"], row["assessment"]
        row["marking"] = still.get(place, 0)
        row["feedback_due_on"], row["rule"] = states[place].feedback_due_on, states[place].rule
        row["not_yet"] = not_yet(states[place], row["marking"])
    if may_act_as(person, Role.REGISTRAR):
        return rows
    return [row for row in rows if row["rule"].by == BY_LEADER]


def _still_marked(**which) -> dict[tuple[int, int], int]:
    """How many scripts are handed in and have no agreed mark, by cohort and piece. One query."""
    rows = Submission.objects.filter(
        state__in=[SubmissionState.SUBMITTED, *WITH_MARKERS], **which
    ).exclude(enrolment__state=EnrolmentState.LEFT)
    rows = rows.order_by().values_list("enrolment__cohort", "assessment").annotate(n=Count("pk"))
    return {(cohort, piece): n for cohort, piece, n in rows}


@dataclass(frozen=True)
class ReleaseState:
    """By which `rule` the marks of a piece of work of a cohort are released, whose it is, and the feedback date."""

    rule: ReleaseRule
    version: int
    rule_set: int
    feedback_due_on: date | None

    @property
    def in_record(self) -> dict:
        about = {"by": self.rule.by, "when": self.rule.when}
        return about | (
            {"version": self.version} if self.rule.is_own else {"rule_set": self.rule_set}
        )

    @property
    def in_words(self) -> str:
        return rule_in_words(self.in_record)


def states_of(places) -> dict[tuple[int, int], ReleaseState]:
    """By cohort and piece (keys), of work that is in: it keeps the version that the cohort sits. Three queries."""
    rows = Sitting.objects.filter(
        cohort__in={cohort for cohort, _piece in places},
        assessment__in={piece for _cohort, piece in places},
    ).select_related("version", "cohort")
    sittings = [one for one in rows if (one.cohort_id, one.assessment_id) in places]
    judged = judging_of_each({one.cohort_id: one.cohort for one in sittings}.values())
    found = {}
    for one in sittings:
        by_rules = judged[one.cohort_id]
        found[one.cohort_id, one.assessment_id] = ReleaseState(
            release_rule(by_rules.rules, one.version),
            one.version.number,
            by_rules.number,
            one.feedback_due_on,
        )
    return {place: found.get(place) or _without_sitting(*place) for place in places}


def _without_sitting(cohort, piece) -> ReleaseState:
    judged = judging_of(cohort)
    version = version_for(piece, cohort) or AssessmentVersion(number=0)  # it says nothing
    return ReleaseState(release_rule(judged.rules, version), version.number, judged.number, None)


def state_of(assessment, cohort) -> ReleaseState:
    """Of one piece of work of a cohort. Three queries."""
    place = cohort.pk, assessment.pk
    return states_of({place})[place]


def marking_of(assessment, cohort) -> int:
    """How many of its scripts have no agreed mark. One query."""
    return sum(_still_marked(assessment=assessment, enrolment__cohort=cohort).values())


def not_yet(state: ReleaseState, marking: int) -> str:
    """Why the rule of a piece lets nobody release its agreed marks now, or ""."""
    if state.rule.when == ALL_MARKED and marking:
        return ngettext(
            "%(count)s script of this cohort is still being marked. The marks can be released once all are marked.",
            "%(count)s scripts of this cohort are still being marked. The marks can be released once all are marked.",
            marking,
        ) % {"count": marking}
    if state.rule.when != ON_DATE:
        return ""
    if state.feedback_due_on is None:
        return _(
            "The marks can be released from the feedback date, and this cohort has none. Set it with the dates of the cohort."
        )
    if state.feedback_due_on > clock.today():
        return _("The marks can be released from the feedback date, %(day)s.") % {
            "day": day(state.feedback_due_on)
        }
    return ""


def rule_in_words(rule: dict) -> str:
    """Of `ReleaseState.in_record`, or what an attempt kept of it; "" of one from before."""
    if not rule:
        return ""
    about = {
        "by": ReleaseBy(rule["by"]).label,
        "when": ReleaseWhen(rule["when"]).label,
        "number": rule.get("version", rule.get("rule_set")),
    }
    if "version" in rule:
        return _("%(by)s. %(when)s. (Version %(number)s of this assessment)") % about
    if rule["rule_set"]:
        return _("%(by)s. %(when)s. (Rule set %(number)s)") % about
    return _("%(by)s. %(when)s.") % about

"""Sets by what rules work is judged; what was set before is never edited, and no mark that was given is judged anew."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort
from lms.kit import clock
from lms.kit.languages import in_words
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell_many
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from .. import judging
from ..queries import first_day_of_rules, is_judged, judging_of, rule_set_on, rule_sets_of
from ..rule_sets import CohortRules, RuleSet
from ..rules import may_set_rules

LONGEST_REASON = 1000


def set_rules(
    programme, in_force_from: date, rules: judging.Rules, *, reason, by, source="", seen=None
) -> RuleSet:
    """New rules for the cohorts of a programme, or of all (None), that start from a day on.

    1. the rule set, with the next number, 2. a record entry, 3. the other registrars are told. One that begins later, for the same
    programme or for all, is replaced. Cohorts that started before keep theirs. `seen` is the number of the newest rule set on the page.
    The same again: the rule set there is. Raises Refused for a day that is over, where a cohort that starts then or later has a mark, without a
    reason, where nothing differs, and where somebody else set rules meanwhile.
    """
    insist(may_set_rules(by, programme))
    reason = _sound_reason(reason)
    if not judging.sound_boundaries(rules.boundaries):
        raise Refused(_("Classes begin one above the other, between 1 and 100."))
    try:
        with transaction.atomic():
            return _set_rules(programme, in_force_from, rules, reason, source, seen, by=by)
    except IntegrityError:
        raise Refused(_("Someone else set rules at this moment. Load the page again.")) from None


def _set_rules(programme, in_force_from, rules, reason, source, seen, *, by):
    last = RuleSet.objects.order_by("-number").first()
    about = {
        "programme": programme,
        "in_force_from": in_force_from,
        "values": judging.as_values(rules),
        "reason": reason,
    }
    if last and all(getattr(last, name) == value for name, value in about.items()):
        return last
    if seen is not None and seen != (last.number if last else 0):
        raise Refused(
            _("Other rules were set since you opened this page. Read them, then set yours.")
        )
    if in_force_from < clock.today():
        raise Refused(_("Rules are in force from today or a later day."))
    if in_force_from < first_day_of_rules(programme):
        raise Refused(_("Marks of a cohort that starts then have been given. Choose a later day."))
    there = rule_set_on(in_force_from, rule_sets_of(programme))
    if there and there.programme_id == (programme and programme.pk) and there.rules == rules:
        raise Refused(_("These rules are in force on that day already. Nothing was changed."))
    made = RuleSet.objects.create(
        number=last.number + 1 if last else 1,
        preset_source=source,
        by=by.record_label,
        at=clock.now(),
        **about,
    )
    write(
        "assessments.set_rules",
        made,
        by=by,
        before={"number": there.number if there else 0},
        after={
            "programme": programme and programme.code,
            "in_force_from": in_force_from.isoformat(),
            "values": made.values,
        },
    )
    body = _("They are for cohorts that start from %(day)s on: %(programme)s. Reason: %(reason)s")
    words = {
        "day": in_words(in_force_from),
        "programme": programme.title if programme else _("all programmes"),
        "reason": reason,
    }
    tell_many(
        [
            (person, _("New rules of judging are set"), body % words, "/registry/rules/")
            for person in holders_of(Role.REGISTRAR)
            if person.pk != by.pk
        ]
    )
    return made


@transaction.atomic
def choose_rules(cohort, rule_set, *, reason, by, seen=None) -> CohortRules | None:
    """A cohort is judged by other rules than those it started with.

    1. a line of the cohort, 2. a record entry, 3. the other registrars are told. `seen` is the number of the rule set that the page
    showed. The same again changes nothing. Raises Refused once anybody's mark of the cohort has begun: marks are not judged anew.
    """
    insist(may_set_rules(by, cohort.programme))
    reason = _sound_reason(reason)
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    now = judging_of(cohort.pk)
    if now.number == rule_set.number:
        return cohort.rule_lines.last()
    if seen is not None and seen != now.number:
        raise Refused(_("This cohort has other rules since you opened this page. Load it again."))
    if rule_set.programme_id not in (None, cohort.programme_id):
        raise Refused(_("These rules are of another programme. Choose others."))
    if is_judged(cohort):
        raise Refused(
            _("Marks of this cohort have been given by its rules, so it keeps them to the end.")
        )
    made = CohortRules.objects.create(
        cohort=cohort,
        number=cohort.rule_lines.count() + 1,
        rule_set=rule_set,
        reason=reason,
        by=by.record_label,
        at=clock.now(),
    )
    write(
        "assessments.choose_rules",
        made,
        by=by,
        before={"number": now.number},
        after={"cohort": cohort.code, "number": rule_set.number},
    )
    body = _("It is judged by rule set %(number)s now. Reason: %(reason)s")
    tell_many(
        [
            (
                person,
                _("%(title)s has other rules") % {"title": cohort.title[:120]},
                body % {"number": rule_set.number, "reason": reason},
                "/registry/rules/",
            )
            for person in holders_of(Role.REGISTRAR)
            if person.pk != by.pk
        ]
    )
    return made


def _sound_reason(reason) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(_("Say why, in up to %(longest)s characters.") % {"longest": LONGEST_REASON})
    return reason

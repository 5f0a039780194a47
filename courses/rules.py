"""Who may read, write and answer; each rule says why not."""

from django.conf import settings
from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, is_operator, may_act_as

from .models import StudyPlan

# Trainees are not here: they read what their plan covers.
READERS = (
    Role.TUTOR,
    Role.AUTHOR,
    Role.SURVIVOR_CONSULTANT,
    Role.EXTERNAL_EXAMINER,
    Role.REGISTRAR,
    Role.HUB_OFFICER,
)
ANSWERERS = (Role.TUTOR, Role.AUTHOR)


def covers(plan, variant) -> bool:
    """Does the plan take in this variant? Its programme, and one nation at least."""
    return plan.programme_id == variant.unit.module.programme_id and bool(
        set(plan.nations) & set(variant.nations)
    )


def readable(person, variants, plans=None) -> list:
    """Those of `variants` the person may read, asking the database at most once."""
    if has_role(person, *READERS):
        return list(variants)
    if plans is None:
        plans = list(StudyPlan.objects.filter(person_id=person.pk))
    # A closed plan still opens the books: what one has learnt is not taken away.
    return [v for v in variants if any(covers(p, v) for p in plans)]


def may_read(person, variant) -> May:
    if readable(person, [variant]):
        return YES
    return no(_("This unit is for nations that are not on your study plan."))


def may_plan(by) -> May:
    """Who opens, changes and closes study plans."""
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_publish(by) -> May:
    return may_act_as(by, Role.AUTHOR)


def may_keep_law(by) -> May:
    """Who keeps the ledger of law: those who write and those who teach."""
    return may_act_as(by, *ANSWERERS)


def may_propose_change(by) -> May:
    """A person who keeps the law, for a second one has to be another: the shell proposes nothing."""
    return YES if has_role(by, *ANSWERERS) else may_act_as(None, *ANSWERERS)


def may_confirm_change(by, proposal) -> May:
    """A second person of the same roles confirms what one proposed: it binds everybody who studied the provision."""
    if not may_propose_change(by):
        return may_propose_change(by)
    if proposal.proposed_by_id == by.pk:
        return no(_("You proposed this change, so another author or a tutor confirms it."))
    return YES


def may_confirm_top_up(by, top_up) -> May:
    """A second person sends what an author proposed: it binds everybody who studied the old text."""
    if not has_role(by, *ANSWERERS):
        return may_act_as(None, *ANSWERERS)
    if top_up.proposed_at is None:
        return no(
            _(
                "No one has proposed this top-up. An author proposes it, and then another person sends it."
            )
        )
    if top_up.proposed_by_id == by.pk:
        return no(_("You proposed this top-up, so another author or a tutor sends it."))
    return YES


def may_recall_top_up(by, top_up) -> May:
    """Those who keep the law; nobody frees themselves."""
    if not may_keep_law(by):
        return may_keep_law(by)
    if by.pk is not None and top_up.due.filter(person_id=by.pk).exists():
        return no(_("This top-up was sent to you, so someone else recalls it."))
    return YES


def may_study(person, variant, plans=None) -> May:
    """Studying counts on an open plan that covers the variant."""
    if plans is None:
        plans = StudyPlan.objects.filter(
            person=person, programme_id=variant.unit.module.programme_id
        )
    covering = [p for p in plans if covers(p, variant)]
    if any(p.closed_on is None for p in covering):
        return YES
    if covering:
        return no(
            _(
                "Your study plan is closed, so units can no longer be recorded. Ask the registry if that is wrong."
            )
        )
    return no(
        _(
            "This unit is not on your study plan. If you work in these nations, ask the registry to add them."
        )
    )


def may_record_study(by, person) -> May:
    """Each for themselves; an operator only where people are invented."""
    if getattr(by, "pk", None) == person.pk or (is_operator(by) and settings.DEMONSTRATION):
        return YES
    return no(_("Only the trainee can record that a unit was studied."))


def keeps_place(person) -> bool:
    """Is it kept which units somebody opens and where they stop reading? Yes, unless they turned that off."""
    reading = getattr(person, "reading", None)
    return not (isinstance(reading, dict) and reading.get("place") == "off")


def may_suggest(by) -> May:
    if has_role(by, Role.SURVIVOR_CONSULTANT):
        return YES
    return no(
        _(
            "Only a survivor consultant can suggest changes here. If you teach or write, change the unit itself."
        )
    )


def may_answer(by) -> May:
    return may_act_as(by, *ANSWERERS)

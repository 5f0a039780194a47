"""What an officer records in an organisation's room: conditions, the memorandum, a review, another name. Each is a form with the name of its action."""

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused

from ...organisations.forms import (
    ConditionForm,
    FactsForm,
    MemorandumForm,
    MetForm,
    ReviewForm,
    WithdrawConditionForm,
)
from .. import oversight
from ..rules import may_oversee


def _facts_of(organisation) -> dict:
    return {name: getattr(organisation, name) for name in ("name", "sector", "charity_number")}


def _open_conditions(organisation):
    return list(organisation.conditions.filter(met_on=None))


FORMS = {
    "condition": lambda data, organisation: ConditionForm(data, prefix="condition"),
    "met": lambda data, organisation: MetForm(
        data, prefix="met", conditions=_open_conditions(organisation)
    ),
    "undo": lambda data, organisation: WithdrawConditionForm(
        data, prefix="undo", conditions=_open_conditions(organisation)
    ),
    "memorandum": lambda data, organisation: MemorandumForm(data, prefix="memorandum"),
    "review": lambda data, organisation: ReviewForm(
        data, prefix="review", initial={"on_day": clock.today()}
    ),
    "facts": lambda data, organisation: FactsForm(
        data, prefix="facts", initial=_facts_of(organisation)
    ),
}


def context(request, organisation, forms) -> dict:
    """What the page shows of it today, without the names of who recorded it (`name_recorders`). `forms` come back with what was typed. Four queries."""
    conditions = list(organisation.conditions.all())
    still_open = [one for one in conditions if one.met_on is None]
    for one in conditions:
        one.is_late = one.met_on is None and one.due_on < clock.today()
    return {
        "may_oversee": may_oversee(request.user, organisation),
        "conditions": conditions,
        "memoranda": list(organisation.memoranda.all())[::-1],
        "reviews": list(organisation.reviews.all())[::-1],
        "room_forms": {
            name: make(None, organisation)
            for name, make in FORMS.items()
            if name not in ("met", "undo", "facts")
        }
        | {
            "met": MetForm(None, prefix="met", conditions=still_open),
            "undo": WithdrawConditionForm(None, prefix="undo", conditions=still_open),
        }
        | forms,
        "open_form": next(iter(forms), ""),
    }


def recorders_of(recorded: dict) -> set[str]:
    """Who recorded what `context` gives, as the record names them."""
    lines = [*recorded["conditions"], *recorded["memoranda"], *recorded["reviews"]]
    return {one.recorded_by for one in lines} | {one.met_by for one in recorded["conditions"]} - {
        ""
    }


def name_recorders(recorded: dict, names: dict[str, str]):
    for one in (*recorded["conditions"], *recorded["memoranda"], *recorded["reviews"]):
        one.by_name = names[one.recorded_by]
    for one in recorded["conditions"]:
        one.met_by_name = names.get(one.met_by, "")


def do(request, organisation, action):
    """The press. None where it is done; else the form with what is to be put right."""
    if action not in FORMS:
        raise Http404("There is no such action.")
    form = FORMS[action](request.POST, organisation)
    if form.is_valid():
        try:
            messages.success(
                request, ACTIONS[action](organisation, form, form.cleaned_data, request.user)
            )
            return None
        except Refused as why:
            form.add_error(None, str(why))
    return form


def _condition(organisation, form, data, by):
    oversight.set_condition(organisation, data["text"], data["due_on"], by=by)
    return _("The condition is recorded, and the organisation is told.")


def _met(organisation, form, data, by):
    oversight.meet_condition(form.selection, data["note"], by=by)
    return _("The condition is met, and the organisation is told.")


def _undo(organisation, form, data, by):
    oversight.withdraw_condition(form.selection, data["note"], by=by)
    return _("The condition is withdrawn, and the organisation is told.")


def _memorandum(organisation, form, data, by):
    oversight.sign_memorandum(
        organisation, data["version"], data["signatory"], data["signed_on"], by=by
    )
    return _("The memorandum is recorded.")


def _review(organisation, form, data, by):
    oversight.record_review(organisation, data["on_day"], data["findings"], by=by)
    return _("The review is recorded. The next is counted from its day.")


def _facts(organisation, form, data, by):
    oversight.change_organisation(
        organisation, data["name"], data["sector"], data["charity_number"], data["reason"], by=by
    )
    return _("Saved, from today. Earlier days keep what was true then.")


ACTIONS = {
    "condition": _condition,
    "met": _met,
    "undo": _undo,
    "memorandum": _memorandum,
    "review": _review,
    "facts": _facts,
}

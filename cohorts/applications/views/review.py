"""The Hub's list of applications, and one with everything an officer does about it."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock, nations
from lms.kit.list_files import downloads
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as day_in_words
from lms.people.models import Role
from lms.people.roles import holders_of

from ...approvals.queries import suggested_last_day
from ...fields import read_day
from ...permissions import open_to
from ..actions import clearing, deciding, reviewing
from ..definition import ALWAYS_ASKED
from ..forms import (
    ApprovalForm,
    AskForm,
    AssignForm,
    ChecksForm,
    DeclineForm,
    DropProposalForm,
    OnOwnPageForm,
    RemoveForm,
)
from ..models import Application
from ..queries import (
    SHOWS,
    account_of,
    applications_for_hub,
    files_by_question,
    newest_checks,
    sections_of,
    unmet_checks,
)
from ..rules import may_confirm, may_deal_with, may_review
from ..states import DecisionState
from .public import download

SHOW_LABELS = {
    "open": gettext_lazy("All to decide"),
    "submitted": gettext_lazy("With the Hub"),
    "question": gettext_lazy("With the applicant"),
    "approved": gettext_lazy("Approved"),
    "declined": gettext_lazy("Declined"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "all": gettext_lazy("All"),
}
OFFICERS = {
    "": gettext_lazy("Any officer"),
    "me": gettext_lazy("Assigned to me"),
    "nobody": gettext_lazy("Not assigned"),
}


@never_cache
@open_to(may_review)
def applications(request):
    """What was submitted, twenty-five at a time, the oldest first."""
    picked = chosen(request.GET, show=SHOWS, officer=OFFICERS)
    wanted = words_of(request.GET)
    rows = applications_for_hub(by=request.user, wanted=wanted, **picked)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "download": downloads("cohorts:applications_file", q=wanted, **picked),
        "wanted": wanted,
        "picked": picked,
        "shows": SHOW_LABELS.items(),
        "officers": OFFICERS.items(),
        "query": address(q=wanted, **picked),
    }
    return render(request, "cohorts/applications.html", context)


def _application(pk):
    rows = Application.objects.visible_to_hub().select_related(
        "form", "assigned_to", "organisation", "closed_by"
    )
    return get_object_or_404(rows, pk=pk)


@never_cache
@open_to(may_review)
def review(request, pk):
    """One application by section, with its questions, checklist and decision."""
    return _show(request, _application(pk))


def _show(request, application, status=200, refused="", **forms):
    checks = newest_checks(application)
    decisions = list(application.decisions.select_related("proposed_by", "closed_by"))
    proposal = next((one for one in decisions if one.state == DecisionState.PROPOSED), None)
    officers = holders_of(Role.HUB_OFFICER)
    may_deal = may_deal_with(request.user, application)
    context = {
        "application": application,
        "sections": sections_of(application) if may_deal else [],
        "thread": list(application.messages.select_related("author")) if may_deal else [],
        "sent_files": files_by_question(application).get("", []) if may_deal else [],
        "checks": [(line["label"], checks.get(line["key"])) for line in application.form.checklist],
        "unmet": unmet_checks(application),
        "decisions": decisions,
        "proposal": proposal,
        "proposal_rows": _in_words(proposal.terms) if proposal else [],
        "may": may_deal,
        "may_confirm": may_confirm(request.user, proposal) if proposal else None,
        "is_open": application.is_with_hub,
        "refused": refused,
        "ask": forms.get("ask") or AskForm(prefix="ask"),
        "decline": forms.get("decline") or DeclineForm(prefix="decline"),
        "remove": forms.get("remove")
        or RemoveForm(prefix="remove", choices=_removable(application)),
        "here": forms.get("here") or OnOwnPageForm(prefix="here"),
        "drop": forms.get("drop") or DropProposalForm(prefix="drop"),
        "assign": forms.get("assign")
        or AssignForm(
            prefix="assign",
            officers=officers,
            initial={"officer": str(application.assigned_to_id or "")},
        ),
        "checklist_form": forms.get("checks")
        or ChecksForm(prefix="checks", checklist=application.form.checklist, checks=checks),
        "approval": forms.get("propose")
        or ApprovalForm(prefix="propose", initial=_suggestion(application)),
        "open_form": next(iter(forms), ""),
    }
    return render(request, "cohorts/application_review.html", context, status=status)


def _removable(application) -> list:
    """What an officer may take out, as choices: each file, and each answer but name and number."""
    files = [(f"file:{one.pk}", one.name) for one in application.files.all()]
    return files + [
        (f"answer:{question.key}", question.label)
        for question in application.form.questions
        if application.answers.get(question.key) and question.key not in ALWAYS_ASKED
    ]


def _suggestion(application) -> dict:
    answers, today = application.answers, clock.today()
    return {
        "name": application.name,
        "charity_number": answers.get("charity_number", ""),
        "nations": answers.get("nations", []),
        "sector": answers.get("sector", ""),
        "from_day": today,
        "until_day": suggested_last_day([], today),
        "contact_email": application.email,
    }


def _in_words(terms) -> list[tuple[str, str]]:
    def says(text):
        day = read_day(text)
        return day_in_words(day) if day else text

    memorandum, contact = terms["memorandum"], terms["contact"]
    words = f"{contact['given_names']} {contact['family_name']}, {contact['email']}"
    account = account_of(contact["email"])
    if account:
        words = _(
            "%(words)s. This address has an account here already, of %(full_name)s, who is the contact then."
        ) % {"words": words, "full_name": account.full_name}
    return [
        (_("Code"), terms["code"]),
        (_("Name"), terms["name"]),
        (_("Charity or company number"), terms["charity_number"] or _("Not given")),
        (_("Nations"), nations.sentence(terms["nations"])),
        (_("Sector"), terms["sector"] or _("Not given")),
        (_("Approved from"), says(terms["from_day"])),
        (_("Approved until"), says(terms["until_day"])),
        *(
            (_("Condition"), _("%(text)s, by %(day)s") % {"text": text, "day": says(due)})
            for text, due in terms["conditions"]
        ),
        (
            _("Memorandum"),
            _("Version %(version)s, signed by %(signatory)s on %(day)s")
            % {
                "version": memorandum["version"],
                "signatory": memorandum["signatory"],
                "day": says(memorandum["signed_on"]),
            },
        ),
        (_("First contact"), words),
    ]


@require_POST
@never_cache
@open_to(may_review)
def act(request, pk, action):
    """One press on the page of an application: `assign`, `ask`, `checks`, `decline`, `here`, `remove`, `propose`, `confirm` or `drop`."""
    if action not in ACTIONS:
        raise Http404("There is no such action.")
    application = _application(pk)
    insist(may_deal_with(request.user, application))
    form = FORMS[action](request.POST, application)
    if action in ("confirm", "drop"):
        form.proposal = _proposal_read(application, request.POST.get("proposal", ""))
        if form.proposal is None:
            why = _(
                "The proposal you read is not the one that waits now. Read it below before you press again."
            )
            return _show(request, application, status=409, refused=why)
    if not form.is_valid():
        return _show(request, application, **{action: form})
    try:
        words = ACTIONS[action](application, form, request.user)
    except Refused as why:
        if action == "confirm":  # its form shows nothing
            return _show(request, application, status=409, refused=str(why))
        form.add_error(None, str(why))
        return _show(request, application, status=409, **{action: form})
    messages.success(request, words)
    return redirect("cohorts:review", application.pk)


def _proposal_read(application, seen):
    """The newest proposal, where it is the one whose page was read; else None."""
    newest = application.decisions.order_by("-pk").first()
    return newest if newest and str(newest.pk) == seen else None


def _assign(application, form, by):
    officer = form.selection
    reviewing.assign_application(application, officer, by=by)
    if officer is None:
        return _("No one is assigned now.")
    return _("Assigned to %(name)s.") % {"name": officer.full_name}


def _ask(application, form, by):
    reviewing.ask_applicant(application, form.cleaned_data["text"], by=by)
    return _("Sent. The applicant has an email with a link to your question.")


def _checks(application, form, by):
    reviewing.record_checks(application, form.results(), by=by, seen=form.seen())
    return _("The checklist is saved.")


def _decline(application, form, by):
    deciding.decline_application(application, form.cleaned_data["reason"], by=by)
    return _("Declined. The applicant has an email with a link to the reason.")


def _here(application, form, by):
    deciding.close_as_approved(application, form.organisation, by=by)
    return _("Closed as approved. The applicant has an email with a link to the decision.")


def _remove(application, form, by):
    data = form.cleaned_data
    clearing.remove_from_application(application, data["what"], data["why"], by=by)
    return _("Removed. The applicant has an email that something was removed.")


def _propose(application, form, by):
    deciding.propose_approval(application, form.terms(), by=by)
    return _("Proposed. It counts when a second officer confirms it.")


def _confirm(application, form, by):
    deciding.confirm_approval(form.proposal, by=by)
    return _("Confirmed. The organisation is approved, and its first contact is invited.")


def _drop(application, form, by):
    deciding.drop_approval(form.proposal, form.cleaned_data["why"], by=by)
    return _("Dropped. Nothing was decided.")


FORMS = {
    "assign": lambda data, application: AssignForm(
        data, prefix="assign", officers=holders_of(Role.HUB_OFFICER)
    ),
    "ask": lambda data, application: AskForm(data, prefix="ask"),
    "checks": lambda data, application: ChecksForm(
        data,
        prefix="checks",
        checklist=application.form.checklist,
        checks=newest_checks(application),
    ),
    "decline": lambda data, application: DeclineForm(data, prefix="decline"),
    "here": lambda data, application: OnOwnPageForm(data, prefix="here"),
    "remove": lambda data, application: RemoveForm(
        data, prefix="remove", choices=_removable(application)
    ),
    "propose": lambda data, application: ApprovalForm(data, prefix="propose"),
    "confirm": lambda data, application: Form(data),
    "drop": lambda data, application: DropProposalForm(data, prefix="drop"),
}
ACTIONS = {
    "assign": _assign,
    "ask": _ask,
    "checks": _checks,
    "decline": _decline,
    "here": _here,
    "remove": _remove,
    "propose": _propose,
    "confirm": _confirm,
    "drop": _drop,
}


@never_cache
@open_to(may_review)
def file(request, pk, file):
    """A file of an application, to keep; the record says who opened it."""
    application = _application(pk)
    insist(may_deal_with(request.user, application))
    application_file = application.files.filter(pk=file).first()
    if application_file is None:
        raise Http404("There is no such file.")
    return download(reviewing.open_application_file(application_file, by=request.user))

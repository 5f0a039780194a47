"""A trainee's portfolio: what is there, what is missing, and its file on the way in."""

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lms.kit import files
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from ...portfolio.actions.handing import hand_in_portfolio, make_file
from ...portfolio.document import differs_from
from ...portfolio.forms import FileForm
from ...portfolio.models import EntryLine, PortfolioEntry
from ...portfolio.queries import newest_lines, portfolio_of, progress_of, version_asked
from ...portfolio.rules import may_keep_portfolio
from ...setting.queries import criteria_for
from ...taking.actions.replacements import drop_replacement
from ...taking.actions.submissions import drop_file
from ...taking.models import Upload
from ...taking.queries import own_submission
from ...taking.states import SubmissionState
from ..queries import comments_of
from .written import DECLARED, check_paper


def portfolio(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    there = own_submission(assessment, enrolment)
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    form = FileForm(initial={"note": there.note if there else ""}, is_in=is_in)
    if request.method == "POST":
        insist(context["may"])
        answer, form = _act(request, context, there, is_in)
        if answer:
            return answer
    found, version = portfolio_of(assessment, enrolment), version_asked(assessment, enrolment)
    may_keep = context["may"] and may_keep_portfolio(request.user, assessment, enrolment)
    if found:
        found.assessment, found.enrolment = assessment, enrolment
    upload = Upload.objects.filter(submission=there).first() if is_in else None
    context |= {
        "form": form,
        "submission": there,
        "is_in": is_in,
        "kept": upload if is_in else there if there and there.original else None,
        "criteria": criteria_for(assessment.pk, enrolment.cohort_id, levels=True),
        "comments": comments_of(there) if is_in else [],
        "progress": progress_of(found, version),
        "may_keep": may_keep,
        "is_older": is_in
        and there
        and found
        and may_keep
        and differs_from(found, version, there.sha256),
        "page": page_of(
            newest_lines(found).order_by("-day", "-entry__number", "pk"), request.GET.get("page")
        )
        if found
        else None,
        "withdrawn": _withdrawn(found) if found else [],
    }
    return render(request, "assessments/portfolio/portfolio.html", context)


def _withdrawn(portfolio):
    """The entries that no longer count, the newest first."""
    newest = EntryLine.objects.filter(entry=OuterRef("pk")).order_by("-number")
    rows = PortfolioEntry.objects.filter(portfolio=portfolio).annotate(
        is_gone=Subquery(newest.values("is_withdrawn")[:1]), day=Subquery(newest.values("day")[:1])
    )
    return list(rows.filter(is_gone=True).order_by("-number")[:100])


def _act(request, context, there, is_in):
    """(where to go, None), or (None, the form that is not right)."""
    assessment, enrolment, action = (
        context["assessment"],
        context["enrolment"],
        request.POST.get("action"),
    )
    code = assessment.code
    if action == "drop":
        (drop_replacement if is_in else drop_file)(assessment, enrolment, by=request.user)
        messages.success(request, _("The file is removed. Your portfolio is as it was."))
        return redirect("assessments:piece", code), None
    if action == "hand_in":
        if not all(request.POST.get(name) for name in DECLARED):
            raise Refused(
                _(
                    "Confirm that no one can be recognised, and that the work is yours. Then hand it in."
                )
            )
        taken = hand_in_portfolio(
            assessment,
            enrolment,
            request.POST.get("fingerprint", ""),
            by=request.user,
            fit_to_sit=request.POST.get("fit_to_sit", ""),
            knows_of_name=bool(request.POST.get("knows_of_name")),
        )
        return redirect("assessments:receipt", taken.receipt), None
    form = FileForm(request.POST, is_in=is_in)
    if not form.is_valid():
        return None, form
    try:
        make_file(assessment, enrolment, form.cleaned_data.get("note", ""), by=request.user)
    except (Refused, files.BadFile) as refusal:
        form.add_error(None, str(refusal))
        return None, form
    return redirect("assessments:check", code), None


def check_portfolio(request, context):
    """The file as markers will read it, with what is still missing."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    found = portfolio_of(assessment, enrolment)
    context["missing"] = progress_of(found, version_asked(assessment, enrolment)).missing
    return check_paper(request, context)

"""Every assessment with its versions: the overview, a new one, and one draft."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist

from ..actions.questions import move_question
from ..actions.reviews import send, take_back
from ..actions.versions import (
    Outdated,
    approve,
    drop_draft,
    edit_version,
    faults,
    make_assessment,
    rename_assessment,
    start_version,
)
from ..forms.questions import KindForm
from ..forms.versions import AssessmentForm, TitleForm, VersionForm
from ..marking_guide import means_of_marking
from ..models import Assessment, AssessmentVersion
from ..outcomes import unreached
from ..queries import modules_for, overview, questions_in, rubric_of, sittings_of
from ..rules import may_set, may_set_some, may_teach
from ..scenarios import empty_scenarios, with_moves
from ..sections import empty_sections, with_sections


@login_required
@require_GET
def assessments(request):
    """Programmes, modules and their pieces, with what does not add up and what has no dates."""
    insist(may_set_some(request.user))
    return render(
        request,
        "assessments/setting/assessments.html",
        {
            "programmes": overview(request.user),
            "is_registrar": bool(may_teach(request.user)),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def new_assessment(request):
    insist(may_set_some(request.user))
    wished = {"module": request.GET.get("module")}
    form = AssessmentForm(request.POST or None, modules=modules_for(request.user), initial=wished)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = make_assessment(
                given["module"],
                given["code"],
                given["kind"],
                given["title"],
                weight=given["weight"],
                by=request.user,
            )
            messages.success(request, _("It is a draft now. Trainees do not see it yet."))
            return redirect("assessments:version", draft.assessment.code, draft.number)
        except Refused as refusal:
            form.add_error("code", str(refusal))
    return render(
        request,
        "assessments/setting/new.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


def piece_or_404(request, code) -> Assessment:
    """A draft is nobody's to know of but theirs who set it."""
    found = get_object_or_404(
        Assessment.drafts_too.select_related("module__programme"), code__iexact=code
    )
    if not may_set(request.user, found.module):
        raise Http404("There is no such assessment.")
    return found


def version_or_404(request, code, number) -> AssessmentVersion:
    assessment = piece_or_404(request, code)
    found = get_object_or_404(assessment.versions, number=number)
    found.assessment = assessment
    return found


def add_refusal(form, refusal, seen):
    """Say at the form why its draft is not saved. Returns the revision that its page is on from now: None, the newest, once its reader was told of another's change;
    else `seen`."""
    if not isinstance(refusal, Outdated):
        form.add_error(None, str(refusal))
        return seen
    again = _("%(refusal)s Look at the draft, then save this again.") % {"refusal": refusal}
    form.add_error(None, again)
    return None


@login_required
@require_http_methods(["GET", "POST"])
def assessment(request, code):
    """One piece: its versions, and which cohorts sit which."""
    found = piece_or_404(request, code)
    form = TitleForm(request.POST if request.POST.get("action") == "rename" else None)
    form.initial = {"title": found.title}
    if request.method == "POST":
        if request.POST.get("action") == "start":
            number = request.POST.get("from", "")
            wished = found.versions.filter(number=number_in(number)).first()
            if wished is None:
                raise Refused(_("Load the page again, and choose the version to start from."))
            draft = start_version(wished, by=request.user)
            return redirect("assessments:version", found.code, draft.number)
        if form.is_valid():
            rename_assessment(found, form.cleaned_data["title"], by=request.user)
            messages.success(request, _("The title is saved."))
            return redirect("assessments:assessment", found.code)
    versions = list(found.versions.order_by("-number"))
    return render(
        request,
        "assessments/setting/assessment.html",
        {
            "assessment": found,
            "versions": versions,
            "draft": next((one for one in versions if not one.is_approved), None),
            "sittings": sittings_of(found),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def version(request, code, number):
    """One version: a draft to write, or what it says once it is out of its author's hands."""
    found = version_or_404(request, code, number)
    if request.method == "POST":
        return _act(request, found)
    if not found.is_draft:
        return render(request, "assessments/setting/version.html", _context(found))
    return _edit(request, found, VersionForm(version=found))


def _context(version):
    criteria = rubric_of(version)
    return {
        "version": version,
        "assessment": version.assessment,
        "criteria": criteria,
        "unreached": unreached(version.assessment.module, criteria),
        "means": means_of_marking(criteria),
        "questions": with_sections(version, questions_in(version))
        if version.assessment.is_quiz
        else [],
        "reviews": list(version.reviews.all()),
    }


def _edit(request, version, form, status=200, seen=None, **more):
    context = _context(version)
    with_moves(context["questions"])
    context |= {
        "form": form,
        "seen": version.revision if seen is None else seen,
        "faults": faults(version),
        "kind_form": KindForm(),
        "empty_scenarios": empty_scenarios(version.assessment),
        "empty_sections": empty_sections(version),
        "is_sent": settings.IMSA_EXAMINER_APPROVES,
        "sum": sum(criterion.weight for criterion in context["criteria"]),
        **more,
    }
    return render(request, "assessments/setting/edit.html", context, status=status)


def _act(request, version):
    action, here = request.POST.get("action"), ("assessments:version", version.assessment.code)
    if action == "take_back":
        take_back(version, by=request.user)
        messages.success(request, _("It is a draft again."))
        return redirect(*here, version.number)
    if action in ("approve", "send"):
        try:
            if action == "send":
                send(version, by=request.user, seen=number_in(request.POST.get("seen")))
            else:
                approve(version, by=request.user, seen=number_in(request.POST.get("seen")))
        except Refused as refusal:
            form = VersionForm(version=version)
            return _edit(request, version, form, status=409, refusal=str(refusal))
        messages.success(
            request,
            _("It is with the external examiner. You will be told when they have answered.")
            if action == "send"
            else _("This version is approved. Cohorts can sit it."),
        )
        return redirect(*here, version.number)
    if action and action.partition("-")[0] in ("up", "down"):
        direction, _dash, key = action.partition("-")
        move_question(version, key, direction, by=request.user)
        return redirect(f"{reverse(here[0], args=[here[1], version.number])}#questions")
    if action == "drop":
        drop_draft(version, by=request.user, seen=number_in(request.POST.get("seen")))
        messages.success(request, _("The draft is deleted."))
        if Assessment.drafts_too.filter(pk=version.assessment_id).exists():
            return redirect("assessments:assessment", version.assessment.code)
        return redirect("assessments:assessments")
    form = VersionForm(request.POST, version=version)
    seen = number_in(request.POST.get("seen"))
    if not form.is_valid():
        return _edit(request, version, form, status=422, seen=seen)
    try:
        edit_version(version, by=request.user, seen=seen, **form.facts())
    except Outdated as refusal:
        version = version_or_404(request, version.assessment.code, version.number)
        return _edit(request, version, form, status=409, refusal=str(refusal), is_outdated=True)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _edit(request, version, form, status=409, seen=seen)
    messages.success(request, _("The draft is saved. Trainees do not see it yet."))
    return redirect(*here, version.number)


@login_required
@require_GET
def preview(request, code, number):
    """As trainees would see it; nothing can be handed in here."""
    found = version_or_404(request, code, number)
    return render(request, "assessments/setting/preview.html", _context(found))

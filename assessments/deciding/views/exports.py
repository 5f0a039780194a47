"""Profiles of marks exports: how a file of marks is written, version by version."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Cohort
from lms.kit.addresses import number_in
from lms.kit.lists import address, page_of, words_of
from lms.kit.refusals import insist, refusals_at

from .. import export_formats as formats
from ..actions.export_profiles import add_profile, change_profile
from ..export_forms import ASSUMPTIONS, HOLDS, LABELS, ProfileForm, in_words
from ..models import Board
from ..queries.board_lists import boards_found
from ..queries.exports import profile_now, profiles_now, runs_of, versions_of
from ..rules import may_write_profiles
from ..states import BoardState


@login_required
@never_cache
@require_GET
def profiles(request):
    """Every profile, and the way to a new one. With a board in the address, each leads to the file of that board."""
    insist(may_write_profiles(request.user))
    key = number_in(request.GET.get("board"))
    return render(
        request,
        "assessments/exports/profiles.html",
        {
            "page": page_of(profiles_now(), request.GET.get("page")),
            "board": Board.objects.filter(pk=key).exclude(state=BoardState.CANCELLED).first(),
            "presets": formats.PRESETS,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_profile(request):
    """Filled from a shape that was described in public, or empty."""
    insist(may_write_profiles(request.user))
    preset = formats.preset(request.GET.get("preset", ""))
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        form=preset.form if preset else formats.Format(),
        title=preset.title if preset else "",
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            source = preset.source if preset else ""
            made = add_profile(
                form.cleaned_data["title"], form.form(), by=request.user, source=source
            )
            messages.success(request, _("The profile is ready. Choose a board or a cohort."))
            return redirect("assessments:export_profile", made.number)
    return _form_page(request, form, preset=preset)


@login_required
@never_cache
@require_GET
def profile(request, number):
    """What a profile is, its versions, the files made with it, and what to make one of."""
    insist(may_write_profiles(request.user))
    found = _profile_or_404(number)
    wanted = words_of(request.GET)
    boards = boards_found(wanted=wanted).exclude(state=BoardState.CANCELLED)
    boards = boards.order_by("-meets_on", "-pk")
    cohorts = Cohort.objects.order_by("-starts_on", "code")
    for word in wanted.split():
        cohorts = cohorts.filter(title__icontains=word) | cohorts.filter(code__icontains=word)
    versions = page_of(versions_of(number), request.GET.get("versions"), length=5)
    return render(
        request,
        "assessments/exports/profile.html",
        {
            "profile": found,
            "rows": in_words(found.form),
            "assumptions": _assumptions(found.preset_source),
            "boards": page_of(boards, request.GET.get("boards"), length=10),
            "cohorts": page_of(cohorts, request.GET.get("cohorts"), length=10),
            "wanted": wanted,
            "query": address(q=wanted),
            "versions": versions,
            "changes": _changes(list(versions), number),
            "runs": page_of(runs_of(number), request.GET.get("page")),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit_profile(request, number):
    """A new version; files that were made keep theirs."""
    insist(may_write_profiles(request.user))
    found = _profile_or_404(number)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        form=found.form,
        title=found.title,
        is_new=False,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = change_profile(
                found,
                form.cleaned_data["title"],
                form.form(),
                by=request.user,
                reason=form.cleaned_data["reason"],
                seen=number_in(request.POST.get("seen"), None),
            )
            messages.success(
                request, _("Version %(version)s is in use.") % {"version": made.version}
            )
            return redirect("assessments:export_profile", number)
    seen = request.POST.get("seen", found.version)  # a page that was refused is loaded anew
    return _form_page(request, form, profile=found, seen=seen)


def _form_page(request, form, *, profile=None, preset=None, seen=""):
    context = {
        "form": form,
        "profile": profile,
        "seen": seen,
        "preset": preset,
        "assumptions": ASSUMPTIONS[preset.key] if preset else "",
        "columns": [(name, HOLDS[name]) for name in formats.COLUMNS],
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/exports/profile_form.html", context, status=status)


def _assumptions(source):
    """What we assume of the preset that filled a profile."""
    keys = [one.key for one in formats.PRESETS if source and one.source == source]
    return ASSUMPTIONS[keys[0]] if keys else ""


def _profile_or_404(number):
    found = profile_now(number)
    if found is None:
        raise Http404("There is no such profile.")
    return found


def _changes(versions, number) -> list[dict]:
    """Each version with what it changed of the one before."""
    rows = []
    for one in versions:
        before = versions_of(number).filter(version=one.version - 1).first()
        names = formats.differences(before.form, one.form) if before else []
        rows.append({"version": one, "what": [str(LABELS[name]) for name in names]})
    return rows

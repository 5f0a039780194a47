"""The certificate's design: written by Hub officers in Wagtail's admin, looked at before and after it is published."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Revision

from cohorts.employment.queries import names_of_actors
from lms.kit.languages import LANGUAGES
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..actions import designs
from ..actions.designs import (
    NAMES,
    Overtaken,
    Unfit,
    called,
    content_of,
    hash_of,
    newest_draft,
    newest_version,
)
from ..document.drawing import TAGS
from ..document.wording import PLACES
from ..forms.design import MOST_SIGNERS, SIGNER, DesignForm, help_for
from ..models import Design, DesignVersion
from ..rules import may_design

SHOWN = 12
MEANINGS = {
    "award": gettext_lazy("the award, as the board made it"),
    "conferred": gettext_lazy("the day of the award"),
    "nations": gettext_lazy("the nations, in words"),
    "site": gettext_lazy("this site’s address"),
    "number": gettext_lazy("the certificate’s number"),
    "imsa_number": gettext_lazy("the holder’s IMSA number"),
    "issued": gettext_lazy("the day of issue"),
    "until": gettext_lazy("its last day"),
}


# ---- in Wagtail's admin ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit_design(request):
    """The newest draft, or an earlier one, with what stands against publishing it at each field."""
    insist(may_design(request.user))
    if request.method == "POST":
        return _write(request)
    content, newest = newest_draft()
    version = newest
    if "draft" in request.GET:
        version = get_object_or_404(
            Revision.objects.for_instance(Design(pk=Design.ONLY)), pk=_number(request.GET["draft"])
        )
        content = content_of(version.as_object())
    form = DesignForm.of(content, newest and newest.pk)
    published = newest_version()
    found = [] if published and published.hash == hash_of(*content) else designs.faults_of(content)
    for fault in found:
        form.add_error(fault.field, fault.words)
    return _page(request, form, earlier=version if version != newest else None, faults=found)


def _write(request):
    form = DesignForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(
            request, _("Nothing was saved yet. Mend what is marked below, then save again.")
        )
        return _page(request, form)
    content = form.content
    try:
        designs.keep_draft(content, form.cleaned_data["base"], by=request.user)
    except Overtaken as overtaken:
        return _page(request, form, overtaken=overtaken)
    if "publish" in request.POST:
        _publish(request, content)
    else:
        messages.success(
            request, _("The draft is saved. Certificates are drawn as before until you publish it.")
        )
    return redirect("certificates:edit_design")


def _publish(request, content):
    before = newest_version()
    try:
        version = designs.publish_design(*content, by=request.user)
    except Unfit:
        messages.error(
            request,
            _(
                "Nothing was published. Your draft is saved: mend what is marked below, then publish again."
            ),
        )
        return
    if before and version.pk == before.pk:
        messages.info(
            request,
            _("Nothing differs from version %(version_number)s, so it stays as it is.")
            % {"version_number": version.number},
        )
    else:
        messages.success(
            request,
            _(
                "Version %(version_number)s is published. Certificates issued from now on use it; those issued before keep theirs."
            )
            % {"version_number": version.number},
        )


def _page(request, form, *, earlier=None, overtaken=None, faults=()):
    standing, newest = newest_draft()
    published, theirs = newest_version(), {}
    if overtaken:
        other = DesignForm.of(content_of(overtaken.revision.as_object()), overtaken.revision.pk)
        theirs = _differences(form, other)
        form.data = {**form.data.dict(), "base": overtaken.revision.pk}
    return render(
        request,
        "certificates/design_edit.html",
        {
            "form": form,
            "earlier": earlier,
            "overtaken": overtaken,
            "newest": newest,
            "published": published,
            "meanings": MEANINGS,
            "who_published": published
            and names_of_actors([published.published_by])[published.published_by],
            "is_published": published and hash_of(*standing) == published.hash,
            "places": [_row(form, place, theirs) for place in PLACES],
            "signers": [_signer(form, n, theirs) for n in range(1, MOST_SIGNERS + 1)],
            "their_nations": theirs.get("shows_nations"),
            "languages": NAMES,
            "faults": [(f.field, called(f.field), f.words) for f in faults],
            "drafts": Revision.objects.for_instance(Design(pk=Design.ONLY))
            .select_related("user")
            .defer("content")
            .order_by("-created_at", "-pk")[:SHOWN],
            "breadcrumbs": [
                {"url": reverse("certificates:designs"), "label": _("Published designs")},
                {"url": "", "label": _("Certificate design")},
            ],
        },
        status=409 if overtaken else 200,
    )


def _row(form, place, theirs):
    fields = [
        {
            "field": form[f"{language}-{place}"],
            "theirs": theirs.get(f"{language}-{place}"),
            "lang": TAGS[language],
        }
        for language in LANGUAGES
    ]
    return {"place": place, "what": PLACES[place][0], "help": help_for(place), "fields": fields}


def _signer(form, n, theirs):
    parts = [
        {"field": form[f"signer{n}-{part}"], "theirs": theirs.get(f"signer{n}-{part}")}
        for part in SIGNER
    ]
    return {
        "n": n,
        "parts": parts,
        "picture": form.picture(n),
        "their_picture": theirs.get(f"signer{n}-kept"),
        "kept": form[f"signer{n}-kept"],
        "upload": form[f"signer{n}-picture"],
        "without": form[f"signer{n}-without"],
    }


def _differences(form, other) -> dict:
    """What the other one has where these two differ; a picture as its base64."""
    mine, other_ones = form.cleaned_data, (other.is_valid(), other.cleaned_data)[1]
    names = [
        *(f"{language}-{place}" for language in LANGUAGES for place in PLACES),
        "shows_nations",
    ]
    names += [f"signer{n}-{part}" for n in range(1, MOST_SIGNERS + 1) for part in (*SIGNER, "kept")]
    return {
        name: other_ones[name] if name != "shows_nations" else ("yes" if other_ones[name] else "no")
        for name in names
        if mine[name] != other_ones[name]
    }


@login_required
@never_cache
@require_POST
def preview_design(request, language):
    """What stands in the form, drawn for somebody who is invented; it is kept nowhere."""
    insist(may_design(request.user))
    _insist_language(language)
    form = DesignForm(request.POST, request.FILES)
    if not form.is_valid():
        return _not_drawn(
            request,
            [
                (called(name) if "-" in name else "", why)
                for name, faults in form.errors.items()
                for why in faults
            ],
        )
    try:
        drawn = designs.render_preview(form.content, language)
    except Unfit as unfit:
        return _not_drawn(request, [(called(fault.field), fault.words) for fault in unfit.faults])
    return _pdf(drawn, f"preview-{language}.pdf")


def _not_drawn(request, faults):
    return render(request, "certificates/design_refused.html", {"faults": faults}, status=409)


# ---- for whoever issues and decides ----


def _may_read(person):
    return may_act_as(person, Role.HUB_OFFICER, Role.REGISTRAR)


@login_required
@never_cache
@require_safe
def published_designs(request):
    """Every version: since when, by whom, and how it looks. Nothing can be changed here."""
    insist(_may_read(request.user))
    versions = list(DesignVersion.objects.order_by("-number").defer("signatories"))
    names = names_of_actors({version.published_by for version in versions})
    rows = [
        (
            version,
            names[version.published_by],
            [(code, NAMES[code]) for code in LANGUAGES if code in version.wording],
        )
        for version in versions
    ]
    return render(
        request,
        "certificates/design_list.html",
        {"rows": rows, "may_design": may_design(request.user)},
    )


@login_required
@never_cache
@require_safe
def published_design(request, number):
    """One version in words: the equal of its PDF."""
    insist(_may_read(request.user))
    version = get_object_or_404(DesignVersion, number=number)
    languages = [(code, NAMES[code], TAGS[code]) for code in LANGUAGES if code in version.wording]
    rows = [
        (what, [(version.wording[code][place], name, tag) for code, name, tag in languages])
        for place, (what, _unused, _unused) in PLACES.items()
    ]
    return render(
        request,
        "certificates/design_version.html",
        {
            "version": version,
            "languages": languages,
            "rows": rows,
            "who": names_of_actors([version.published_by])[version.published_by],
            "issued": version.certificates.count(),
            "is_newest": not DesignVersion.objects.filter(number__gt=version.number).exists(),
        },
    )


@login_required
@never_cache
@require_safe
def published_design_pdf(request, number, language):
    insist(_may_read(request.user))
    version = get_object_or_404(DesignVersion, number=number)
    if language not in version.wording:
        raise Http404("This design has no words in that language.")
    return _pdf(
        designs.render_published(content_of(version), language), f"design-{number}-{language}.pdf"
    )


def _pdf(content, name):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _insist_language(language):
    if language not in LANGUAGES:
        raise Http404("There are no certificates in that language.")


def _number(typed) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

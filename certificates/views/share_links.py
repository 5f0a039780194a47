"""A holder's share links, and what the person who opens one sees."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock
from lms.kit.refusals import refusals_at

from .. import actions
from ..accreditation.standing import nations_on, standing_on, verdict
from ..accreditation.standing_wording import words_for
from ..actions.api_access import digest
from ..checking.family_names import family_name
from ..forms.certificates import ShareLinkForm
from ..models import Certificate, ShareLink, WorkingName
from ..queries import alerts_of, facts_and_rules_of
from ..rules import may_share_standing
from .checks import is_too_often, quiet, too_many

SHOWN = "certificates.proof"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def share_links(request):
    """One's own links: make one, see which are open and how often they were opened, end one."""
    facts, book = facts_and_rules_of(request.user)
    may = may_share_standing(verdict(clock.today(), facts, book).code)
    form = ShareLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            _unused, secret = actions.make_share_link(
                request.user,
                form.cleaned_data["label"],
                clock.now() + timedelta(days=form.cleaned_data["days"]),
                by=request.user,
            )
            request.session[SHOWN] = secret
            return redirect("certificates:share_links")
    secret = request.session.pop(SHOWN, None)
    links, now = list(ShareLink.objects.visible_to(request.user)[:40]), clock.now()
    for link in links:
        link.is_open = link.ended_at is None and link.ends_at > now
    return render(
        request,
        "certificates/share_links.html",
        {
            "form": form,
            "may": may,
            "alerts": [] if may else alerts_of(request.user),
            "links": links,
            "address": request.build_absolute_uri(reverse("certificates:share_link", args=[secret]))
            if secret
            else "",
            "has_certificate": Certificate.objects.filter(enrolment__person=request.user).exists(),
        },
    )


@require_POST
@login_required
@never_cache
def end_share_link(request, pk):
    actions.end_share_link(
        get_object_or_404(ShareLink.objects.visible_to(request.user), pk=pk), by=request.user
    )
    messages.success(request, _("The link shows nothing any more."))
    return redirect("certificates:share_links")


def working_name_of(person, day) -> str:
    """The family name somebody works under that day, or nothing."""
    rows = WorkingName.objects.filter(person=person, from_day__lte=day).order_by("pk")
    return next(
        (row.name for row in reversed(rows) if row.until_day is None or day <= row.until_day), ""
    )


@never_cache
@require_http_methods(["GET", "POST"])
def share_link(request, secret):
    """Name and standing of the person who made the link, as they are now. Keeping the answer makes a receipt, which the holder sees."""
    if is_too_often(request, "proof"):
        return too_many(request, "links")
    link = (
        ShareLink.objects.select_related("person")
        .filter(sha256=digest(secret), ended_at=None, ends_at__gt=clock.now())
        .first()
    )
    if link is None:
        return quiet(render(request, "certificates/share_link_ended.html", status=404))
    person, today = link.person, clock.today()
    surname = working_name_of(person, today) or family_name(person.first_name, person.last_name)
    name = f"{person.first_name} {surname}".strip() if person.last_name else surname
    certificate = Certificate.objects.current().filter(enrolment__person=person).first()
    if request.method == "POST" and (
        number := certificate.number if certificate else person.imsa_number
    ):
        by = request.user if request.user.is_authenticated else None
        kept = actions.answer_share_link(link, number, surname, by=by)
        return redirect("certificates:answer", receipt=kept.receipt)
    facts, book = facts_and_rules_of(person)
    standing = standing_on(today, facts, book)
    actions.open_share_link(link)
    return quiet(
        render(
            request,
            "certificates/share_link.html",
            {
                "link": link,
                "name": name,
                "check_name": surname,
                "number": certificate.number if certificate else person.imsa_number,
                "standing": standing,
                "said": words_for(standing.code),
                "today": today,
                "held": certificate,
                "each": nations_on(today, facts, book),
            },
        )
    )

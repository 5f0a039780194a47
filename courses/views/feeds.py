"""Calendar addresses: one's own page of them, and what a calendar program fetches."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from ..actions.feeds import (
    count_fetch,
    make_feed,
    may_have_own_feed,
    revoke_feed,
    set_feed_titles,
)
from ..exporting.calendars import as_feed
from ..forms.feeds import CohortFeedForm, TitlesForm
from ..models import CalendarFeed
from ..queries.feeds import entries_of, feed_at, hash_of, is_in_force
from .sessions import for_staff

SHOWN = "courses.calendar_secret"


@require_safe
def calendar_feed(request, secret):
    """No session, no cookie: the secret in the address is all there is. Whatever gives nothing is a 404 of the same words."""
    feed = feed_at(secret)
    if feed is None:
        raise Http404("No calendar has this address.")
    entries = entries_of(feed)
    content_hash = hash_of(feed, entries)
    fetch = count_fetch(feed, content_hash)
    if fetch.wait:
        response = HttpResponse(status=429, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = str(fetch.wait)
        return private(response)
    etag, changed = f'W/"{content_hash[:40]}"', int(fetch.content_at.timestamp())
    name = _("IMSA %(code)s") % {"code": feed.timetable.code} if feed.timetable else ""
    content = as_feed(entries, shows_titles=feed.shows_titles, name=name)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["Content-Disposition"] = 'inline; filename="imsa.ics"'
    response = get_conditional_response(request, etag, changed, response)
    return private(response)


def private(response):
    """Kept by nobody on the way, found by no search engine, and named to no page that it leads to."""
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["X-Robots-Tag"], response["Referrer-Policy"] = "noindex", "no-referrer"
    return response


def show(request, template, form, status=200, **more):
    shown = request.session.pop(SHOWN, None) if request.method == "GET" else None
    address = reverse("courses:calendar_feed", args=[shown]) if shown else ""
    return render(
        request,
        template,
        {"form": form, "address": request.build_absolute_uri(address) if shown else "", **more},
        status=status,
    )


def change(request, feed) -> bool:
    """Carry out what a button of a feed that is there asks for; False where it asks for none."""
    action = request.POST.get("action")
    if feed is None or action not in ("revoke", "titles"):
        return False
    if action == "revoke":
        revoke_feed(feed, by=request.user)
        messages.success(
            request,
            _(
                "The address is revoked. A calendar may keep what it copied before: delete it there."
            ),
        )
    else:
        shows_titles = request.POST.get("titles") == "plain"
        set_feed_titles(feed, by=request.user, shows_titles=shows_titles)
        messages.success(request, _("Saved. Calendars show it when they next fetch the address."))
    return True


@login_required
@never_cache
def own_calendar(request):
    """A trainee's own address: make it, make it anew, choose its titles, revoke it."""
    insist(may_have_own_feed(request.user))
    rows = CalendarFeed.objects.visible_to(request.user)
    feed = rows.filter(timetable=None, revoked_at=None).first()
    form = TitlesForm(request.POST if request.POST.get("action") == "make" else None)
    if request.method == "POST":
        try:
            if change(request, feed):
                return redirect("courses:own_calendar")
            if form.is_valid():
                _made, secret = make_feed(by=request.user, shows_titles=form.shows_titles)
                request.session[SHOWN] = secret
                return redirect("courses:own_calendar")
        except Refused as why:
            form = form if form.is_bound else TitlesForm({})
            form.add_error(None, str(why))
    return show(
        request,
        "courses/feeds/own.html",
        form,
        422 if request.method == "POST" else 200,
        feed=feed,
        in_force=bool(feed) and is_in_force(feed),
    )


@for_staff
def cohort_calendars(request):
    """A tutor's or registrar's addresses of cohorts."""
    rows = CalendarFeed.objects.visible_to(request.user)
    rows = rows.filter(timetable__isnull=False, revoked_at=None).select_related("timetable")
    form = CohortFeedForm(request.POST if request.POST.get("action") == "make" else None)
    if request.method == "POST":
        key = request.POST.get("feed", "")
        try:
            feed = get_object_or_404(rows, pk=int(key)) if key.isdecimal() else None
            if change(request, feed):
                return redirect("courses:cohort_calendars")
            if form.is_valid():
                _made, secret = make_feed(
                    by=request.user,
                    timetable=form.cleaned_data["timetable"],
                    shows_titles=form.shows_titles,
                )
                request.session[SHOWN] = secret
                return redirect("courses:cohort_calendars")
        except Refused as why:
            form = form if form.is_bound else CohortFeedForm({})
            form.add_error(None, str(why))
    return show(
        request,
        "courses/feeds/cohorts.html",
        form,
        422 if request.method == "POST" else 200,
        page=page_of(rows.order_by("timetable__code", "pk"), request.GET.get("page")),
    )

"""A person's own pages: today's place, their messages, and the demonstration's sign-in."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from . import actions
from .bounces import unreachable_of
from .context import PLACES
from .demonstration import PEOPLE
from .middleware import DEMONSTRATION_KEY
from .models import Notice, RoleGrant, User
from .roles import roles_of


@login_required
def today(request):
    """The page that answers the one question of the reader's first role; with no role, /me/."""
    held = roles_of(request.user)
    for role, _unused, url in PLACES:
        if role in held:
            return redirect(url)
    return redirect("people:me")


@login_required
def me(request):
    """Messages, roles and the ways to sign in."""
    notices = list(Notice.objects.filter(person=request.user)[:50])
    Notice.objects.filter(person=request.user, read_at=None).update(read_at=clock.now())
    grants = RoleGrant.objects.filter(person=request.user).order_by("-starts_on")
    return render(
        request,
        "people/me.html",
        {
            "notices": notices,
            "grants": grants,
            "unreachable": unreachable_of(request.user),
            "message_years": settings.IMSA_MESSAGE_YEARS,
        },
    )


READING_CHOICES = [
    (
        "size",
        gettext_lazy("Size of the text"),
        [
            ("standard", gettext_lazy("Standard")),
            ("larger", gettext_lazy("Larger")),
            ("largest", gettext_lazy("Largest")),
        ],
    ),
    (
        "spacing",
        gettext_lazy("Room between lines, words and letters"),
        [("standard", gettext_lazy("Standard")), ("wide", gettext_lazy("Wide"))],
    ),
    (
        "typeface",
        gettext_lazy("Letters"),
        [
            ("standard", gettext_lazy("Atkinson Hyperlegible, drawn to tell letters apart")),
            (
                "system",
                gettext_lazy(
                    "Your device’s own plain letters: heavier, wider apart, no italics. Some people with dyslexia read these more easily."
                ),
            ),
        ],
    ),
    (
        "theme",
        gettext_lazy("Light or dark"),
        [
            ("standard", gettext_lazy("As your device says")),
            ("light", gettext_lazy("Light")),
            ("dark", gettext_lazy("Dark")),
        ],
    ),
    (
        "motion",
        gettext_lazy("Movement"),
        [
            ("standard", gettext_lazy("As your device says")),
            ("less", gettext_lazy("Less movement")),
        ],
    ),
]


@login_required
def reading(request):
    """How the pages look for this reader, on every device they sign in on."""
    if request.method == "POST":
        sent = {
            name: request.POST[name] for name, *_unused in READING_CHOICES if name in request.POST
        }
        actions.set_reading(request.user, by=request.user, **sent)
        messages.success(request, _("Saved. Every page looks like this now, wherever you sign in."))
        return redirect("people:reading")
    chosen = request.user.reading if isinstance(request.user.reading, dict) else {}
    groups = [
        {
            "name": name,
            "label": label,
            "options": [
                (value, words, chosen.get(name, "standard") == value) for value, words in options
            ],
        }
        for name, label, options in READING_CHOICES
    ]
    return render(request, "people/reading.html", {"groups": groups})


def demonstration(request):
    """Sign in as one of the invented people. The address exists in a demonstration only, and
    signs in nobody who is not invented."""
    found = {
        u.email: u
        for u in User.objects.filter(is_invented=True, email__in=[p.email for p in PEOPLE])
    }
    if request.method == "POST":
        wanted = next((p for p in PEOPLE if p.key == request.POST.get("person")), None)
        person = wanted and found.get(wanted.email)
        if not person:
            raise Http404("There is no such demonstration person.")
        logout(request)
        login(request, person, backend="lms.people.backends.PasswordBackend")
        record_authentication(request, person, method="demonstration")
        request.session[DEMONSTRATION_KEY] = True
        return redirect("people:today")
    people = [{"person": p, "name": found[p.email].full_name} for p in PEOPLE if p.email in found]
    return render(request, "people/demonstration.html", {"people": people})

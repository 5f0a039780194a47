"""What every page knows of its reader: their places, and whether people are invented."""

from functools import partial

from django.conf import settings
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy

from .actions import READING
from .inbox import unread_count
from .models import Role
from .roles import holders_of, roles_of

MOST_NAMED = 3
# One entry a role: the page that answers the role's one question (docs/face.md).
PLACES = [
    (Role.LEARNER, gettext_lazy("My study"), "/study/"),
    (Role.LEARNER, gettext_lazy("My work"), "/my-work/"),
    (Role.TUTOR, gettext_lazy("Marking"), "/marking/"),
    (Role.TUTOR, gettext_lazy("Teaching"), "/teaching/sessions/"),
    (Role.TUTOR, gettext_lazy("Units"), "/authoring/"),
    (Role.TUTOR, gettext_lazy("Law"), "/law/"),
    (Role.AUTHOR, gettext_lazy("Law"), "/law/"),
    (Role.EXTERNAL_EXAMINER, gettext_lazy("Examining"), "/examining/"),
    (Role.REGISTRAR, gettext_lazy("Registry"), "/registry/"),
    (Role.REGISTRAR, gettext_lazy("Cohorts"), "/registry/cohorts/"),
    (Role.REGISTRAR, gettext_lazy("Files"), "/registry/imports/"),
    (Role.REGISTRAR, gettext_lazy("Boards"), "/boards/"),
    (Role.HUB_OFFICER, gettext_lazy("Hub"), "/hub/"),
    (Role.HUB_OFFICER, gettext_lazy("People"), "/hub/people/"),
    (Role.HUB_OFFICER, gettext_lazy("Organisations"), "/hub/organisations/"),
    (Role.HUB_OFFICER, gettext_lazy("Register"), "/hub/register/"),
    (Role.HUB_OFFICER, gettext_lazy("Design"), "/certificates/designs/"),
    (Role.EMPLOYER, gettext_lazy("My people"), "/employer/"),
    (Role.SURVIVOR_CONSULTANT, gettext_lazy("Units to read"), "/consult/"),
    (Role.AUTHOR, gettext_lazy("Units"), "/authoring/"),
    (Role.AUTHOR, gettext_lazy("Write"), "/admin/"),
]


def person(request):
    held = roles_of(getattr(request, "user", None))
    shown = dict.fromkeys(
        (label, url) for role, label, url in PLACES if role in held
    )  # two roles may share a page
    here = max(
        (url for _, url in shown if request.path.startswith(url)), key=len, default=""
    )  # the nearest of several
    places = [{"label": label, "url": url, "is_here": url == here} for label, url in shown]
    return {
        "places": places,
        "demonstration": settings.DEMONSTRATION,
        "hub_reached": settings.IMSA_HUB_REACHED,
        "reach_registry": partial(registrars, getattr(request, "user", None)),
        "unread_messages": partial(unread_count, getattr(request, "user", None)),
        "reads_as": reading_attributes(getattr(request, "user", None)),
    }


def registrars(reader) -> list:
    """Who in the registry puts somebody through to the Hub: named to whoever is signed in, and asked only where a page shows it."""
    return (
        holders_of(Role.REGISTRAR)[:MOST_NAMED]
        if getattr(reader, "is_authenticated", False)
        else []
    )


def reading_attributes(person):
    """How somebody likes to read, as attributes of <html>; nothing for a stranger, and no question to the database."""
    chosen = getattr(person, "reading", None)
    if not isinstance(chosen, dict):
        return ""
    known = [(name, chosen[name]) for name, values in READING.items() if chosen.get(name) in values]
    return format_html_join("", ' data-{}="{}"', known)

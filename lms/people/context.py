"""What every page knows of its reader: their places, and whether people are invented."""

from functools import partial

from django.conf import settings
from django.utils.html import format_html_join

from .actions import READING
from .models import Role
from .roles import holders_of, roles_of

MOST_NAMED = 3
# One entry a role: the page that answers the role's one question (docs/face.md).
PLACES = [
    (Role.LEARNER, "My study", "/study/"),
    (Role.LEARNER, "My work", "/my-work/"),
    (Role.TUTOR, "Marking", "/marking/"),
    (Role.TUTOR, "Teaching", "/teaching/sessions/"),
    (Role.TUTOR, "Units", "/authoring/"),
    (Role.TUTOR, "Law", "/law/"),
    (Role.AUTHOR, "Law", "/law/"),
    (Role.EXTERNAL_EXAMINER, "Examining", "/examining/"),
    (Role.REGISTRAR, "Registry", "/registry/"),
    (Role.REGISTRAR, "Cohorts", "/registry/cohorts/"),
    (Role.REGISTRAR, "Files", "/registry/imports/"),
    (Role.REGISTRAR, "Boards", "/boards/"),
    (Role.HUB_OFFICER, "Hub", "/hub/"),
    (Role.HUB_OFFICER, "People", "/hub/people/"),
    (Role.HUB_OFFICER, "Organisations", "/hub/organisations/"),
    (Role.HUB_OFFICER, "Register", "/hub/register/"),
    (Role.HUB_OFFICER, "Design", "/certificates/designs/"),
    (Role.EMPLOYER, "My people", "/employer/"),
    (Role.SURVIVOR_CONSULTANT, "Units to read", "/consult/"),
    (Role.AUTHOR, "Units", "/authoring/"),
    (Role.AUTHOR, "Write", "/admin/"),
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

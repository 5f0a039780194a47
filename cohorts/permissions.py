"""Lets a reader into a page only when its rule says yes, and knows the way back."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _

from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import has_role


def open_to(rule):
    """A page for those whom `rule(person)` allows; others read why not."""

    def wrap(view):
        @login_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            insist(rule(request.user))
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def home_of(person) -> dict:
    """The first page of the reader's role, for the way back."""
    if has_role(person, Role.REGISTRAR):
        return {"label": _("Registry"), "url": "/registry/"}
    return {"label": _("Hub"), "url": "/hub/"}

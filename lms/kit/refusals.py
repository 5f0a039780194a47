"""How this house says no: with a sentence that tells a person why and what to do."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The asker may not do this; the page answers 403 with the reason."""


class Refused(Exception):
    """Nobody can do this now; the page answers 409 with the reason. Nothing was changed."""


class NotNow(Refused):
    """Refused because another system does not answer; the same may be possible in a while."""


@dataclass(frozen=True)
class May:
    """A rule's answer; true or false, and why not."""

    allowed: bool
    reason: str = ""

    def __bool__(self):
        return self.allowed


YES = May(True)


def no(reason: str) -> May:
    return May(False, reason)


def insist(answer: May):
    """Raise NotAllowed with the rule's reason unless the rule said yes."""
    if not answer:
        raise NotAllowed(answer.reason)


@contextmanager
def refusals_at(form):
    """An action's refusal inside it stands at the form, so that nothing typed is lost; what follows the action is left out."""
    try:
        yield
    except Refused as refused:
        form.add_error(None, str(refused))

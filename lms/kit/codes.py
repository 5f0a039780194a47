"""Numbers that people read aloud, with a check character; it refuses look-alike letters."""

import random
import re
import secrets
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.iso7064 import mod_37_36

from .letters import without_unseen

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U
LOOK_ALIKES = "01OILU"


_chance: ContextVar[random.Random | None] = ContextVar("chance", default=None)


@contextmanager
def predictable(seed: str):
    """Make the same numbers each time, so that two demonstrations are alike. Raises RuntimeError in production."""
    if not settings.DEMONSTRATION:
        raise RuntimeError("Numbers are predictable only in a demonstration.")
    token = _chance.set(random.Random(seed))
    try:
        yield
    finally:
        _chance.reset(token)


def chance() -> random.Random:
    """Where chance comes from: the machine, or the seed of `predictable`."""
    return _chance.get() or secrets.SystemRandom()


class Misread(ValueError):
    """A number that cannot be right as typed; the message says what to look at."""


def new(prefix: str, length: int = 7) -> str:
    """A random number such as IMSA-7K3M-29XR: `length` random characters and one check (ISO 7064)."""
    lot = chance()
    body = "".join(lot.choice(ALPHABET) for _unused in range(length))
    return format_code(prefix, body + mod_37_36.calc_check_digit(body, alphabet=ALPHABET))


def free(prefix: str, is_taken) -> str:
    """A random number that nobody has yet, as `is_taken` says; a constraint of the database guards the moment between."""
    while is_taken(number := new(prefix)):
        pass
    return number


def numbered(prefix: str, n: int, length: int = 7) -> str:
    """The same kind of number for a known whole number, for invented people."""
    body = ""
    for _unused in range(length):
        n, r = divmod(n, len(ALPHABET))
        body = ALPHABET[r] + body
    return format_code(prefix, body + mod_37_36.calc_check_digit(body, alphabet=ALPHABET))


def format_code(prefix, characters):
    groups = re.findall(".{1,4}", characters)
    return "-".join([prefix, *groups])


def read(typed: str, prefix: str, length: int = 7) -> str:
    """The number a person meant: case, spaces and hyphens do not matter. Raises Misread."""
    bare = re.sub(r"[\s\-‐-―_.]", "", without_unseen(typed or "")).upper()
    if bare.startswith(prefix):
        bare = bare[len(prefix) :]
    odd = [c for c in bare if c in LOOK_ALIKES]
    if odd:
        raise Misread(
            _(
                "“%(odd)s” is never used in these numbers, because it looks like another character. Check it against the certificate."
            )
            % {"odd": odd[0]}
        )
    stray = [c for c in bare if c not in ALPHABET]
    if stray:
        raise Misread(_("“%(stray)s” is not a character these numbers use.") % {"stray": stray[0]})
    if len(bare) != length + 1:
        raise Misread(
            _("A number has %(length)s characters after %(prefix)s; this has %(count)s.")
            % {"length": length + 1, "prefix": prefix, "count": len(bare)}
        )
    if not mod_37_36.is_valid(bare, alphabet=ALPHABET):
        raise Misread(
            _(
                "One of the characters is mistyped, or two have changed places. Read it again from the certificate."
            )
        )
    return format_code(prefix, bare)

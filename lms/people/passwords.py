"""Refuses passwords that a list of broken ones, a keyboard or the person's own page would give away; it asks no other service."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from .models import same_form

# How many guesses a password must be worth (10 to the power of): OWASP and zxcvbn call 8 “safely unguessable: moderate
# protection from an offline attack”.
LEAST = 8
LONGEST_READ = 72  # zxcvbn takes long over long texts; what is longer is not guessed for its end
SITE = [
    "imsa",
    "imsas",
    "modern",
    "slavery",
    "advocate",
    "advocates",
    "independent",
    "bakhita",
    "hope",
    "justice",
    "hopeforjustice",
    "survivor",
    "trafficking",
    "stmarys",
    "twickenham",
    "registry",
    "register",
    "learning",
    "password",
    "passphrase",
]


class Guessable:
    """zxcvbn's estimate, which knows 30,000 passwords of known breaches, English words and names, keyboard rows, dates, repeats
    and the usual ways of disguising them, told also of the person's names, their address and this site's words."""

    def validate(self, password, user=None):
        password = same_form(password)
        own = [
            part
            for field in ("first_name", "last_name", "known_as", "imsa_number")
            for part in (getattr(user, field, "") or "").split()
        ]
        own += ["".join(own), "".join(reversed(own))]
        own += [
            part
            for part in (getattr(user, "email", "") or "")
            .replace("@", ".")
            .replace("-", ".")
            .split(".")
            if len(part) > 2
        ]
        if (
            zxcvbn(password[:LONGEST_READ], user_inputs=[*SITE, *(word.lower() for word in own)])[
                "guesses_log10"
            ]
            < LEAST
        ):
            raise ValidationError(_("This password is easily guessed."), code="password_too_common")

    def get_help_text(self):
        return _("Not a password that is easily guessed.")

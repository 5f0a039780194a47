"""What follows when allauth says that somebody signed in or changed how they sign in: record, log, message, other sessions end."""

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from lms.record.actions import write

from .actions import tell
from .bounces import unreachable_of
from .invitations import prove
from .sessions import begin, end_sessions
from .signin_log import note

IF_NOT = gettext_noop(
    "If this was you, there is nothing to do. If it was not, choose a new password at once (“Forgotten your password?” on the sign-in page) "
    "and tell the IMSA Model Hub."
)
KINDS = {
    "totp": gettext_lazy("an authenticator app"),
    "webauthn": gettext_lazy("a passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
}


def connect():
    from .middleware import note_guarded

    user_logged_in.connect(on_sign_in, dispatch_uid="on_sign_in")
    user_logged_in.connect(note_guarded, dispatch_uid="note_guarded")
    # A factor added, removed or made anew is seen in the table itself (lms/people/account_views.py): allauth tells of it after its commit.
    for signal, handler in (
        (mfa.authenticator_used, on_factor_use),
        (mfa.authentication_failed, on_factor_failure),
        (account.password_changed, on_password_change),
        (account.password_set, on_password_change),
        (account.password_reset, on_password_reset),
    ):
        signal.connect(handler, dispatch_uid=handler.__name__)


def on_sign_in(sender, request, user, **kwargs):
    if hasattr(request, "session"):
        begin(request, user)
    note("signed in", request, user)
    if hasattr(request, "_messages") and unreachable_of(user):
        messages.warning(
            request,
            _(
                "Email to your address comes back to us. Go to “Your account” to say which address to use."
            ),
        )


@transaction.atomic
def announce(person, action, subject, body):
    """1. the record, 2. a message that is mailed."""
    write(action, person, by=person)
    tell(person, subject, f"{body} {_(IF_NOT)}", "/me/")


@transaction.atomic
def announce_change(person, request, action, subject, body):
    """1. the record, 2. a message that is mailed, 3. every other session of the account ends."""
    announce(person, action, subject, body)
    if request.user.is_authenticated and request.user.pk == person.pk:
        begin(request, person)  # a change of password gave this session another key
    end_sessions(person, by=person, keep=request.session.session_key)
    note(subject, request, person)


def on_factor_use(sender, request, user, authenticator, **kwargs):
    """A recovery code is for the day all else is lost: its owner is told. Other sessions go on."""
    note("second factor given", request, user)
    if authenticator.type == "recovery_codes":
        announce(
            user,
            "people.use_recovery_code",
            _("A recovery code was used"),
            _("A recovery code of your account was used."),
        )


def on_factor_failure(sender, request, user, **kwargs):
    note("wrong second factor", request, user)


def announce_codes_view(person):
    """The pages that show recovery codes say so (lms/people/access_views.py)."""
    announce(
        person,
        "people.see_recovery_codes",
        _("Your recovery codes were shown"),
        _("The recovery codes of your account were shown or downloaded."),
    )


def factors_of(person) -> dict[int, str]:
    """The kind of each factor of `person`, by its key; recovery codes are one. Empty for nobody."""
    return (
        dict(Authenticator.objects.filter(user=person).values_list("pk", "type")) if person else {}
    )


def changes_of(before, after) -> tuple[list[str], list[str], bool]:
    """What lies between two answers of `factors_of`: kinds added, kinds removed, and whether recovery codes were made anew. Codes that
    come with a first factor, or go with the last, are a part of that change and none of their own."""
    added = sorted(
        kind for pk, kind in after.items() if pk not in before and kind != "recovery_codes"
    )
    removed = sorted(
        kind for pk, kind in before.items() if pk not in after and kind != "recovery_codes"
    )
    new_codes = any(kind == "recovery_codes" and pk not in before for pk, kind in after.items())
    return added, removed, new_codes and not added


def announce_factors(request, person, before, after):
    """Inside the transaction of the change: what `announce_change` does, for each factor added or removed, and for new codes."""
    added, removed, new_codes = changes_of(before, after)
    for kind in added:
        announce_change(
            person,
            request,
            "people.add_factor",
            _("A second factor was added"),
            _("Your account now has %(kind)s.") % {"kind": KINDS[kind]},
        )
    for kind in removed:
        announce_change(
            person,
            request,
            "people.remove_factor",
            _("A second factor was removed"),
            _("Your account no longer has %(kind)s.") % {"kind": KINDS[kind]},
        )
    if new_codes:
        announce_change(
            person,
            request,
            "people.new_recovery_codes",
            _("New recovery codes were made"),
            _("The earlier recovery codes of your account no longer work."),
        )


def note_factors(request, person, before, after):
    """Once the change is stored: whoever has just proved a new factor need not sign in again with it; where none is left, what was
    proved with one proves nothing any more."""
    for kind in changes_of(before, after)[0]:
        record_authentication(request, person, "mfa", type=kind)
    if not after:
        records = get_authentication_records(request, person)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if record.get("method") != "mfa"
        ]


def on_password_change(sender, request, user, **kwargs):
    announce_change(
        user,
        request,
        "people.change_password",
        _("Your password was changed"),
        _("The password of your account was changed."),
    )


def on_password_reset(sender, request, user, **kwargs):
    """Who used a link that was mailed reads the mail of that address."""
    get_adapter()._delete_login_attempts_cached_email(request, email=user.email)
    prove(user)
    announce_change(
        user,
        request,
        "people.reset_password",
        _("Your password was changed"),
        _("A new password was chosen through a link that we mailed to you."),
    )

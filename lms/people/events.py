"""What follows when allauth says that somebody signed in or changed how they sign in: record, log, message, other sessions end."""
from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa import signals as mfa
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.signals import user_logged_in
from django.db import transaction

from lms.record.actions import write

from .actions import tell
from .invitations import prove
from .sessions import begin, end_sessions
from .signin_log import note

IF_NOT = (
    "If this was you, there is nothing to do. If it was not, choose a new password at once (“Forgotten your password?” on the sign-in page) "
    "and tell the IMSA Model Hub."
)
KINDS = {"totp": "an authenticator app", "webauthn": "a passkey", "recovery_codes": "recovery codes"}


def connect():
    from .middleware import note_guarded

    user_logged_in.connect(signed_in, dispatch_uid="signed_in")
    user_logged_in.connect(note_guarded, dispatch_uid="note_guarded")
    for signal, handler in (
        (mfa.authenticator_used, factor_used), (mfa.authentication_failed, factor_failed),
        (mfa.authenticator_added, factor_added), (mfa.authenticator_removed, factor_removed), (mfa.authenticator_reset, factor_made_anew),
        (account.password_changed, password_changed), (account.password_set, password_changed), (account.password_reset, password_reset),
    ):
        signal.connect(handler, dispatch_uid=handler.__name__)


def signed_in(sender, request, user, **kwargs):
    if hasattr(request, "session"):
        begin(request, user)
    note("signed in", request, user)


def changed(person, request, deed, subject, body):
    """1. the record, 2. a message that is mailed, 3. every other session of the account ends."""
    with transaction.atomic():
        write(deed, person, by=person)
        tell(person, subject, f"{body} {IF_NOT}", "/me/")
        if request.user.is_authenticated and request.user.pk == person.pk:
            begin(request, person)  # a change of password gave this session another key
        end_sessions(person, by=person, keep=request.session.session_key)
    note(subject, request, person)


def factor_added(sender, request, user, authenticator, **kwargs):
    """Whoever has just proved a new second factor need not sign in again with it."""
    if authenticator.type in ("totp", "webauthn"):
        record_authentication(request, user, "mfa", type=authenticator.type)
        changed(user, request, "people.add_factor", "A second factor was added", f"Your account now has {KINDS[authenticator.type]}.")


def factor_used(sender, request, user, authenticator, **kwargs):
    """A recovery code is for the day all else is lost: its owner is told. Other sessions go on."""
    note("second factor given", request, user)
    if authenticator.type == "recovery_codes":
        told(user, "people.use_recovery_code", "A recovery code was used", "A recovery code of your account was used.")


def factor_failed(sender, request, user, **kwargs):
    note("wrong second factor", request, user)


def codes_seen(person):
    """The pages that show recovery codes say so (lms/people/access_views.py)."""
    told(person, "people.see_recovery_codes", "Your recovery codes were shown", "The recovery codes of your account were shown or downloaded.")


def told(person, deed, subject, body):
    """1. the record, 2. a message that is mailed."""
    with transaction.atomic():
        write(deed, person, by=person)
        tell(person, subject, f"{body} {IF_NOT}", "/me/")


def factor_removed(sender, request, user, authenticator, **kwargs):
    if authenticator.type in ("totp", "webauthn"):
        changed(user, request, "people.remove_factor", "A second factor was removed", f"Your account no longer has {KINDS[authenticator.type]}.")
        if not is_mfa_enabled(user):  # what was proved with it proves nothing any more
            records = get_authentication_records(request, user)
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [record for record in records if record.get("method") != "mfa"]


def factor_made_anew(sender, request, user, authenticator, **kwargs):
    changed(user, request, "people.new_recovery_codes", "New recovery codes were made", "The earlier recovery codes of your account no longer work.")


def password_changed(sender, request, user, **kwargs):
    changed(user, request, "people.change_password", "Your password was changed", "The password of your account was changed.")


def password_reset(sender, request, user, **kwargs):
    """Who used a link that was mailed reads the mail of that address."""
    get_adapter()._delete_login_attempts_cached_email(request, email=user.email)
    prove(user)
    changed(user, request, "people.reset_password", "Your password was changed", "A new password was chosen through a link that we mailed to you.")

"""Where allauth meets this house: no stranger signs up, and no second factor lies in the clear."""

import time
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import encryption
from .models import User
from .outbox import UNLISTED, post
from .signin_log import asker_of, note

KNOWN, KNOWN_DAYS = "lms.people.known_browser", 180


def recognise_browser(request, login) -> str:
    """A word for this browser where `login` has signed in with it before; else nothing."""
    try:
        whose, word = signing.loads(
            request.COOKIES.get(settings.IMSA_KNOWN_COOKIE, ""),
            salt=KNOWN,
            max_age=KNOWN_DAYS * 86400,
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return word if login and whose == login_hash(login) else ""


def login_hash(login) -> str:
    """An address as its keyed hash: a shared device keeps the cookie, and nobody reads in it whose it is."""
    return salted_hmac(KNOWN, login).hexdigest()[:32]


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "That email address and password do not go together. Check both, or set a new password."
        ),
        "invalid_login": gettext_lazy(
            "That email address and password do not go together. Check both, or set a new password."
        ),
        "too_many_login_attempts": gettext_lazy(
            "There were too many tries. Wait five minutes, then try again."
        ),
        "rate_limited": gettext_lazy(
            "There were too many tries. Wait a few minutes, then try again."
        ),
        "enter_current_password": gettext_lazy("That is not the password you have now. Try again."),
        "incorrect_password": gettext_lazy("That is not your password. Try again."),
        "incorrect_code": gettext_lazy(
            "That code does not work. Give the newest one, as it is shown."
        ),
    }
    PASSWORDS = {
        "password_too_common": gettext_lazy(
            "Many people choose this password, so it is easily guessed. Choose another."
        ),
        "password_too_similar": gettext_lazy(
            "This password is close to your name or address, so it is easily guessed. Choose another."
        ),
    }

    def clean_password(self, password, user=None):
        """Django's judgement of a password; what to do about it in our words."""
        try:
            return super().clean_password(password, user=user)
        except ValidationError as fault:
            raise ValidationError(
                [self.PASSWORDS.get(one.code, one) for one in fault.error_list]
            ) from None

    def send_mail(self, template_prefix, email, context):
        """Queued like every mail, with its own subject: that is a fixed text of ours, and tells of the account alone."""
        words = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
            **context,
        }
        rendered = self.render_mail(template_prefix, email, words)
        person = User.objects.filter(email=email.strip().lower()).first()
        post(email, rendered.subject, rendered.body, person=person, office=UNLISTED)

    def render_mail(self, template_prefix, email, context, headers=None):
        """With the site's own address for the next step: the Host of a request is whatever its sender wrote."""
        return super().render_mail(
            template_prefix, email, {**context, "site_url": settings.SITE_URL}, headers
        )

    def get_reset_password_from_key_url(self, key):
        """Under the site's own address, as an invitation's link: whoever asks for the mail chooses the Host of the request, and a port
        passes ALLOWED_HOSTS."""
        made = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.SITE_URL}{made.path}"

    # ---- how often ----

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Wrong passwords are counted by account and network, so that a stranger shuts nobody out; a browser in which the account
        has signed in before counts for itself."""
        login = (credentials.get("email") or "").strip().lower()
        return f"{login}:{recognise_browser(request, login) or asker_of(request)}"

    def pre_authenticate(self, request, **credentials):
        super().pre_authenticate(request, **credentials)
        login = (credentials.get("email") or "").strip().lower()
        if not recognise_browser(request, login) and not ratelimit.consume(
            request, action="login_anywhere", key=login
        ):
            note("too many tries for one account", request)
            self.tell_of_tries(login)
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request, **credentials):
        login = (credentials.get("email") or "").strip().lower()
        note("wrong password", request, User.objects.filter(email__iexact=login).first())

    def _delete_login_attempts_cached_email(self, request, **credentials):
        """A password chosen by a link from the mailbox ends the limits of the account."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, action="login_anywhere", key=credentials["email"].strip().lower())

    def tell_of_tries(self, login):
        """Once a day: 1. the owner of the account is told."""
        from .actions import tell

        person = User.objects.filter(email__iexact=login, is_active=True).first()
        if person and cache.add(f"people.tries:{person.pk}", "told", timeout=24 * 3600):
            tell(
                person,
                _("Many attempts with a wrong password"),
                _(
                    "Someone tried many times to sign in to your account with a wrong password. For up to an hour it can be opened only in a browser "
                    "where you have signed in before. Your password was not guessed. If you cannot sign in, choose a new password on the sign-in page."
                ),
                "/me/",
            )

    def reauthenticate(self, user, password):
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.IMSA_KNOWN_COOKIE,
            signing.dumps([login_hash(user.email.lower()), get_random_string(16)], salt=KNOWN),
            max_age=KNOWN_DAYS * 86400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def is_open_for_signup(self, request):
        """People come from the cohort file and from the Hub, never by signing up."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """A first second factor may be set up straight after signing in; any other change asks again."""
        person = self.request.user
        if app == "allauth.mfa" and not is_mfa_enabled(person):
            records = get_authentication_records(self.request, person)
            if (
                records
                and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
            ):
                return False
        return super().is_reauthentication_required(app=app, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """A copy of the database alone must not let anybody make codes."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, "mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, "mfa")

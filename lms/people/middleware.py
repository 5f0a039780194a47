"""Keeps every role but learner, and whoever holds a certificate, behind a second factor; ends what was left alone; keeps
Wagtail's editor to those who write and review."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import serialize_request
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no

from .models import Role
from .roles import GUARDED, has_role, may_act_as, roles_of
from .sessions import SEEN, touch

HOLDER_KEY = "holds_certificate"
FACTORS = "/accounts/2fa/"
# Where somebody proves who they are, leaves, or reads what everybody may.
UNLOCKED = (
    "/accounts/reauthenticate/",
    f"{FACTORS}reauthenticate/",
    f"{FACTORS}webauthn/reauthenticate/",
    f"{FACTORS}authenticate/",
    "/accounts/logout/",
    "/static/",
    "/healthz",
    "/readyz",
    "/check/",
    "/worker.js",
)
DEMONSTRATION_KEY = "demonstration_sign_in"
# The certificate's design is all of Wagtail's admin that a Hub officer enters, with what its page is made of; where its frame
# leads elsewhere, they are led to what is theirs.
DESIGN, MADE_OF = "/admin/certificate-design/", ("/admin/sprite/", "/admin/jsi18n/")
INSTEAD = {"/admin/": DESIGN, "/admin/account/": "/me/", "/admin/logout/": "/accounts/logout/"}
OPEN = ("/accounts/", "/static/", "/demo/", "/check/")


def has_second_factor(request) -> bool:
    """Was this session opened with a second factor (or by the demonstration's sign-in)?"""
    if settings.DEMONSTRATION and request.session.get(DEMONSTRATION_KEY):
        return True
    return any(m.get("method") == "mfa" for m in get_authentication_records(request, request.user))


def note_guarded(sender, request, user, **kwargs):
    """At the sign-in alone it is asked whether somebody holds a certificate: a page costs no more for it."""
    if hasattr(request, "session"):
        request.session[HOLDER_KEY] = bool(import_string(settings.IMSA_GUARDED)(user))


def is_guarded(request) -> bool:
    """Does this reader need a second factor: by a role of today, or because they hold a certificate?"""
    person = request.user
    return bool(
        person.is_staff
        or person.is_superuser
        or roles_of(person) & GUARDED
        or request.session.get(HOLDER_KEY)
    )


def proved_at(request) -> float:
    """When this session last proved a second factor; 0 where it never did."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record.get("method") == "mfa"), default=0)


def has_just_proved(request) -> bool:
    """Did this session prove a second factor within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds (or enter by the demonstration's sign-in)?"""
    if settings.DEMONSTRATION and request.session.get(DEMONSTRATION_KEY):
        return True
    return time.time() - proved_at(request) <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def to_prove(person) -> str:
    """The page on which this person proves again who they are: with their factor where they have one, never with the password alone."""
    kinds = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    if kinds & {"totp", "recovery_codes"}:
        return reverse("mfa_reauthenticate")
    return reverse(
        "mfa_reauthenticate_webauthn" if "webauthn" in kinds else "account_reauthenticate"
    )


KEEPS = 1_000_000  # characters of a form that are put aside


def put_aside(request, where):
    """Lead to `where` to prove who somebody is, and do afterwards what they sent. Only from `process_view` after the CSRF check, or from a view: what
    is put aside is not checked again. allauth's own keeps no form whose address has a question mark."""
    back = request.get_full_path()
    if (
        request.method == "POST"
        and not request.FILES
        and not request.path.startswith("/accounts/")
        and len(kept := serialize_request(request)) <= KEEPS
    ):
        request.session[STATE_SESSION_KEY] = {"request": kept}
        back = request.path
    return redirect(f"{where}?{urlencode({'next': back})}")


class Idle:
    """A session that was left alone for too long goes on when its owner proves again who they are. What was typed and sent in
    the meantime is kept in the session and done then: nobody loses a page of feedback to a break."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            request.user.is_authenticated
            and request.path == reverse("account_reauthenticate")
            and proved_at(request)
        ):
            # A session opened with a second factor goes on with one; the password does less.
            if (where := to_prove(request.user)) != request.path:
                return redirect(f"{where}?{request.GET.urlencode()}")
        if (
            not request.user.is_authenticated
            or request.path.startswith(UNLOCKED)
            or settings.DEMONSTRATION
            and request.session.get(DEMONSTRATION_KEY)
        ):
            return None
        records = get_authentication_records(request, request.user)
        proved = proved_at(request) or max((record["at"] for record in records), default=0)
        seen, now = max(request.session.get(SEEN, 0), proved), time.time()
        is_idle = (
            seen
            and now - seen
            > settings.IMSA_IDLE_SECONDS["guarded" if is_guarded(request) else "others"]
        )
        if (
            is_idle or proved and now - proved > settings.SESSION_COOKIE_AGE
        ):  # being busy makes no session longer
            answer = put_aside(request, to_prove(request.user))
            answer["Location"] += "&idle=1"
            return answer
        touch(request)
        return None


class SignedOut:
    """Every way out empties what this browser kept: taken units, words waiting to be sent, everything. A way out is any answer
    after which whoever was signed in is signed in no more, whatever its address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class NotKept:
    """Nothing that somebody signed in was shown stays in a browser's or a proxy's store: on a shared machine the Back button
    would be the next reader. What a view calls public is the same for everybody, and stays as the view says."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        if (was_in or request.user.is_authenticated) and "public" not in cache_words(response):
            add_never_cache_headers(response)
            patch_cache_control(response, no_store=True, private=True)
        return response


def cache_words(response) -> set[str]:
    return {
        word.strip().partition("=")[0].lower()
        for word in response.get("Cache-Control", "").split(",")
    }


class SecondFactor:
    """Sends a guarded person without a second factor to set one up, whatever page they asked for; tells
    everybody else why the editor is shut."""

    def __init__(self, get_response):
        self.get_response = get_response

    def process_view(self, request, view, args, kwargs):
        person = request.user
        if (
            person.is_authenticated
            and request.path.startswith(FACTORS)
            and request.path not in (f"{FACTORS}authenticate/", FACTORS)
        ):
            # Whoever has a factor changes their factors with one: the password alone, or a session from before it, does not do.
            if not request.path.endswith("/reauthenticate/") and is_mfa_enabled(person):
                if time.time() - proved_at(request) > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                    return put_aside(request, to_prove(person))
        return None

    def __call__(self, request):
        person = request.user
        if not person.is_authenticated or request.path.startswith(OPEN):
            return self.get_response(request)
        if is_guarded(request) and not has_second_factor(request):
            return redirect(f"{reverse('mfa_index')}?needed=1")
        if is_editor_address(request.path):
            may = may_enter_editor(person, request.path)
            if not may and request.path in INSTEAD and has_role(person, Role.HUB_OFFICER):
                return redirect(INSTEAD[request.path], preserve_request=True)
            if not may:  # Wagtail would send them to sign in, and signing in would send them back.
                return render(request, "403.html", {"reason": may.reason}, status=403)
        return self.get_response(request)


def is_editor_address(path) -> bool:
    return path.startswith("/admin/") and not path.startswith("/admin/login/")


def may_enter_editor(person, path="/admin/") -> May:
    """The role, on the day, lets them in; inside, Wagtail's permissions open its pages: a tutor and a survivor
    consultant see those that wait for their review. The certificate's design is Hub officers' alone."""
    if path.startswith(DESIGN):
        return may_act_as(person, Role.HUB_OFFICER)
    if path in MADE_OF and has_role(person, Role.HUB_OFFICER):
        return YES
    if person.is_superuser:
        return YES
    may = may_act_as(person, Role.AUTHOR, Role.TUTOR, Role.SURVIVOR_CONSULTANT)
    if may and not person.has_perm("wagtailadmin.access_admin"):
        return no(
            _(
                "The editor does not know you yet. Sign out and in again; if that changes nothing, tell whoever keeps this site."
            )
        )
    return may

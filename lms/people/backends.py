"""Who may sign in with a password; one hash for every try, whether or not the address is anybody's."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import make_password
from django.db.models import OuterRef

from lms.kit.prepared_statements import CompiledQuery

from .inbox import unread_of
from .models import User


class PasswordBackend(AuthenticationBackend):
    """allauth's, by itself: Django's beside it would hash every wrong password a second time."""

    def _authenticate(self, request, **credentials):
        """By the person's own address alone: a row of allauth's table may be from before a change of address."""
        address = (credentials.get("email") or credentials.get("username") or "").strip().lower()
        return self._check_password(
            User.objects.filter(email__iexact=address).first(), credentials["password"]
        )

    def get_user(self, user_id):
        """Asked at every page of whoever is signed in, so its words are written once."""
        person = next(iter(_people(key=user_id)), None)
        return person if person and self.user_can_authenticate(person) else None

    def _mitigate_timing_attack(self, password):
        """As many hashes as for an account that is there, also where a password is tried in two forms."""
        User(password=make_password(None)).check_password(password)


# With how many messages they have not read, which the header of every page shows.
_people = CompiledQuery(
    lambda *, key: User.objects.filter(pk=key).annotate(unread_count=unread_of(OuterRef("pk")))
)

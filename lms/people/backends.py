"""Who may sign in with a password; one hash for every try, whether or not the address is anybody's."""
from allauth.account.auth_backends import AuthenticationBackend


class PasswordBackend(AuthenticationBackend):
    """allauth's, by itself: Django's beside it would hash every wrong password a second time."""

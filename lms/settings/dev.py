"""The demonstration on one's own machine; it refuses to be a production installation."""

from .base import *  # noqa: F403
from .base import IMSA_HOME

DEBUG = False  # people should meet the real error pages; `debug.py` shows Django's own
DEMONSTRATION = True
SECRET_KEY = "demonstration-only-not-a-secret-0123456789abcdef"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
IMSA_MAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = IMSA_HOME / "mail"
IMSA_ALIKE_PERCENT = (
    95  # invented essays are drawn from few phrases, and are alike by more than half
)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

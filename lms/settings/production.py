"""A real installation: what it needs comes from the environment (the table in variables.py), or it does not start."""

import os

from .base import *  # noqa: F403
from .variables import read_all

globals().update(read_all(os.environ))
WAGTAILADMIN_BASE_URL = SITE_URL  # noqa: F405
CSRF_TRUSTED_ORIGINS = [SITE_URL]  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Browsers take a cookie of this name from this host alone, over HTTPS, for every path.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, IMSA_KNOWN_COOKIE = (
    "__Host-imsa",
    "__Host-csrftoken",
    "__Host-known",
)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

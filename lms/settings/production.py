"""A real installation: everything secret comes from the environment, or it does not start."""
import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403

SECRET_KEY = os.environ["IMSA_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["IMSA_HOSTS"].split(",")
# The site's own address is printed on every certificate and never changes there.
SITE_URL = WAGTAILADMIN_BASE_URL = os.environ["IMSA_URL"].rstrip("/")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("IMSA_URL is the site's public address and begins with https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("IMSA_PROXIES", "1"))
EMAIL_HOST = os.environ.get("IMSA_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("IMSA_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("IMSA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("IMSA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("IMSA_SMTP_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("IMSA_MAIL_FROM", "no-reply@localhost")

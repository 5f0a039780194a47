"""The door a web server comes in by; it refuses to open on settings that are half-told or do not fit the installation."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

APP_LOAD_ERROR = 4  # gunicorn's: it ends instead of starting another worker

os.umask(0o077)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")
try:
    application = get_wsgi_application()
    from lms.kit import collector, installation, readiness, translations, waits

    waits.tune_connections()
    translations.remember_messages()
    installation.insist_on_fit()
    readiness.insist_on_start()
except ImproperlyConfigured as fault:
    print(fault, file=sys.stderr, flush=True)
    raise SystemExit(APP_LOAD_ERROR) from None

collector.spare_what_stays()

"""The door a web server comes in by; it refuses to open on settings that are half-told or do not fit the installation."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

APP_LOAD_ERROR = 4  # gunicorn's: it ends instead of starting another worker

os.umask(0o077)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")
try:
    application = get_wsgi_application()
    from lms.kit import installation, readiness, waits

    waits.tune_connections()
    installation.insist_on_fit()
    readiness.insist_on_start()
except ImproperlyConfigured as fault:
    print(fault, file=sys.stderr, flush=True)
    raise SystemExit(APP_LOAD_ERROR) from None

# A request makes and drops some ten thousand objects; the application's own hundreds of thousands
# never go. Measured: left out of every collection, a unit page costs a quarter less.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

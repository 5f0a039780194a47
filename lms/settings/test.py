"""Settings for the tests; pytest gives each worker its own database and home."""

import tempfile
from pathlib import Path

from .dev import *  # noqa: F403

IMSA_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
IMSA_HOME = Path(tempfile.mkdtemp(prefix="imsa-test-"))
MEDIA_ROOT = IMSA_HOME / "media"
PRIVATE_ROOT = IMSA_HOME / "private"
KEYS_ROOT = IMSA_HOME / "keys"
# A database cache would add its own queries to the literal query counts.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

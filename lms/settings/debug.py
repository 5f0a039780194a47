"""The demonstration for whoever writes code: Django's own page for an error (CONTRIBUTING.md)."""

from .dev import *  # noqa: F403

DEBUG = True

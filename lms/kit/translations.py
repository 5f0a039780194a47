"""Remembers what a message is in each language: a page asks hundreds of times, and each time every catalogue in turn was looked through."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import trans_real

MOST = 20_000  # messages remembered a language; the catalogues have about 6,000


def remember_messages():
    """Once in a process that serves pages. Catalogues that are loaded anew (the development server does) are asked as ever."""
    for language, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(language)
        if "gettext" not in vars(catalogue):
            catalogue.gettext = lru_cache(MOST)(catalogue.gettext)

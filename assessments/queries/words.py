"""Are there words in a piece of work? A scan has none: nobody can search it, and a screen reader says nothing."""

from django.core.cache import cache

from lms.kit import files

DAYS = 90


def has_words(copy: str, fingerprint: str) -> bool | None:
    """False for a markers' copy (its private path and SHA-256) without a letter or digit in it, None where that could not be found out in
    time, or where the copy is gone. The answer is remembered by the fingerprint, for a marker's desk asks at each page."""
    key = f"assessments.words:{fingerprint}"
    kept = cache.get(key)
    if kept is None:
        try:
            found = files.has_words(copy.rpartition(".")[2], files.read(copy))
        except FileNotFoundError:
            return None
        kept = {True: "yes", False: "no", None: "unknown"}[found]
        cache.set(key, kept, DAYS * 86400 if found is not None else 3600)
    return {"yes": True, "no": False}.get(kept)

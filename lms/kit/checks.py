"""What an installation must have before it serves the public; `manage.py check` says it."""
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register


@register()
def signing_key(app_configs, **kwargs):
    """A certificate signed with a key the site made for itself proves nothing to anybody else."""
    if settings.IMSA_SIGNING_KEY:
        named = {"IMSA_SIGNING_KEY": settings.IMSA_SIGNING_KEY, "IMSA_SIGNING_CERT": settings.IMSA_SIGNING_CERT}
        return [
            Error(f"{name} names no file that can be read: “{place}”.", id="imsa.E002")
            for name, place in named.items() if not (place and Path(place).is_file())
        ]
    if settings.DEMONSTRATION or settings.IMSA_ALLOW_SELF_MADE_KEY:
        return []
    return [Error(
        "There is no signing key, so no certificate can be issued.",
        hint="Set IMSA_SIGNING_KEY and IMSA_SIGNING_CERT. IMSA_ALLOW_SELF_MADE_KEY=1 signs with a key this site makes itself.",
        id="imsa.E001",
    )]


@register()
def private_files(app_configs, **kwargs):
    """Submissions, certificates and keys lie below no folder that a web server hands out."""
    served = [Path(p).resolve() for p in (settings.MEDIA_ROOT, getattr(settings, "STATIC_ROOT", None)) if p]
    return [
        Error(f"{name} lies below {folder}, which is served to everybody.", id="imsa.E003")
        for name in ("PRIVATE_ROOT", "KEYS_ROOT") for folder in served
        if Path(getattr(settings, name)).resolve().is_relative_to(folder)
    ]

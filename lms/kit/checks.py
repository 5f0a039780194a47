"""What an installation must have before it serves the public; `manage.py check` says it."""

from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.core.checks import Error, register

NAMED = ("IMSA_SIGNING_KEY", "IMSA_SIGNING_CERT", "IMSA_CREDENTIAL_KEY")


@register()
def signing_key(app_configs, **kwargs):
    """A certificate signed with a key the site made for itself proves nothing to anybody else."""
    if settings.IMSA_PKCS11:
        return token_named() + own_key_elsewhere()
    if settings.IMSA_SIGNING_KEY:
        return [
            Error(
                f"{name} names no file that can be read: “{getattr(settings, name)}”.",
                id="imsa.E002",
            )
            for name in NAMED
            if not is_readable(getattr(settings, name))
            and not (name == "IMSA_CREDENTIAL_KEY" and not settings.IMSA_CREDENTIAL_KEY)
        ] + own_key_elsewhere()
    if settings.DEMONSTRATION or settings.IMSA_ALLOW_SELF_MADE_KEY:
        return []
    return [
        Error(
            "There is no signing key, so no certificate can be issued.",
            hint="Set IMSA_SIGNING_KEY and IMSA_SIGNING_CERT. IMSA_ALLOW_SELF_MADE_KEY=1 signs with a key this site makes itself.",
            id="imsa.E001",
        )
    ]


def is_readable(value) -> bool:
    return value.startswith("-----BEGIN") or bool(value and Path(value).is_file())


def token_named():
    library, _, label = settings.IMSA_PKCS11.partition(";")
    if Path(library).is_file() and label and is_readable(settings.IMSA_SIGNING_CERT):
        return []
    return [
        Error(
            "IMSA_PKCS11 is “library;token”, and IMSA_SIGNING_CERT the chain of the key “certificate” on it.",
            id="imsa.E002",
        )
    ]


def own_key_elsewhere():
    """A key that a demonstration made for itself never signs for real people."""
    given = settings.IMSA_SIGNING_CERT
    if settings.DEMONSTRATION or settings.IMSA_ALLOW_SELF_MADE_KEY or not is_readable(given):
        return []
    chain = given.encode() if given.startswith("-----BEGIN") else Path(given).read_bytes()
    try:
        issuers = [one.issuer.rfc4514_string() for one in x509.load_pem_x509_certificates(chain)]
    except ValueError:
        return [
            Error("IMSA_SIGNING_CERT holds no certificate that can be read (PEM).", id="imsa.E002")
        ]
    if not any("made by this site" in issuer for issuer in issuers):
        return []
    return [
        Error(
            "The signing key is one that a demonstration made for itself.",
            hint="Ask for a key with a certificate from an authority that others trust.",
            id="imsa.E004",
        )
    ]


@register()
def private_files(app_configs, **kwargs):
    """Submissions, certificates and keys lie below no folder that a web server hands out."""
    served = [
        Path(p).resolve()
        for p in (settings.MEDIA_ROOT, getattr(settings, "STATIC_ROOT", None))
        if p
    ]
    return [
        Error(f"{name} lies below {folder}, which is served to everyone.", id="imsa.E003")
        for name in ("PRIVATE_ROOT", "KEYS_ROOT")
        for folder in served
        if Path(getattr(settings, name)).resolve().is_relative_to(folder)
    ]

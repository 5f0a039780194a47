"""The table of everything a real installation reads from its environment; it refuses to read half of it."""

from collections.abc import Callable
from dataclasses import dataclass

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

NEEDED = object()


def secret(text):
    if len(text) < 32:
        raise ValueError("it must be 32 random characters or more")
    return text


def optional_secret(text):
    return secret(text) if text else ""


def address(text):
    if not text.startswith("https://"):
        raise ValueError("it is the site's public address and begins with https://")
    return text.rstrip("/")


def hosts(text):
    found = [host.strip() for host in text.split(",") if host.strip()]
    if not found or "*" in found:
        raise ValueError("it lists the host names of this site, with commas, and no *")
    return found


def number(text):
    if not text.isascii() or not text.isdecimal():
        raise ValueError("it is a whole number")
    return int(text)


def switch(text):
    if text not in ("", "0", "1"):
        raise ValueError("it is 1 or 0")
    return text == "1"


def database_url(text):
    try:
        dj_database_url.parse(text) if text else None
    except Exception:
        raise ValueError("it is an address such as postgres://imsa@/imsa") from None
    return text


@dataclass(frozen=True)
class Variable:
    name: str
    setting: str  # "" where the base settings have read it already
    meaning: str
    default: object = NEEDED
    read: Callable = str


VARIABLES = (
    Variable("IMSA_SECRET_KEY", "SECRET_KEY", "Django's secret key", read=secret),
    Variable("IMSA_HOSTS", "ALLOWED_HOSTS", "host names, with commas", read=hosts),
    Variable(
        "IMSA_URL", "SITE_URL", "the public address, printed on every certificate", read=address
    ),
    Variable("IMSA_HOME", "", "private files, keys, the embedded database", ""),
    Variable("DATABASE_URL", "", "PostgreSQL; SQLite below IMSA_HOME without it", "", database_url),
    Variable(
        "IMSA_SIGNING_KEY",
        "IMSA_SIGNING_KEY",
        "the key that signs certificates: a file or PEM text",
        "",
    ),
    Variable("IMSA_SIGNING_CERT", "IMSA_SIGNING_CERT", "its certificate and chain", ""),
    Variable(
        "IMSA_CREDENTIAL_KEY", "IMSA_CREDENTIAL_KEY", "the RSA key for credentials and receipts", ""
    ),
    Variable("IMSA_PKCS11", "IMSA_PKCS11", "a token in place of key files: library;label", ""),
    Variable("IMSA_PKCS11_PIN", "IMSA_PKCS11_PIN", "its PIN", ""),
    Variable(
        "IMSA_ALLOW_SELF_MADE_KEY",
        "IMSA_ALLOW_SELF_MADE_KEY",
        "the site may sign with a key it made itself",
        "",
        switch,
    ),
    Variable("IMSA_TIMESTAMP_URL", "IMSA_TIMESTAMP_URL", "a time-stamp service (RFC 3161)", ""),
    Variable("IMSA_HUB_REACHED", "IMSA_HUB_REACHED", "how to reach the IMSA Model Hub", ""),
    Variable("IMSA_SMTP_HOST", "EMAIL_HOST", "outgoing mail", "localhost"),
    Variable("IMSA_SMTP_PORT", "EMAIL_PORT", "its port", "25", number),
    Variable("IMSA_SMTP_USER", "EMAIL_HOST_USER", "its user", ""),
    Variable("IMSA_SMTP_PASSWORD", "EMAIL_HOST_PASSWORD", "its password", ""),
    Variable("IMSA_SMTP_TLS", "EMAIL_USE_TLS", "1: STARTTLS", "", switch),
    Variable(
        "IMSA_MAIL_REPORTS_SECRET",
        "IMSA_MAIL_REPORTS_SECRET",
        "what a mail service sends with its delivery reports",
        "",
        optional_secret,
    ),
    Variable("IMSA_MAIL_FROM", "DEFAULT_FROM_EMAIL", "the sender", "no-reply@localhost"),
    Variable(
        "IMSA_PROXIES",
        "ALLAUTH_TRUSTED_PROXY_COUNT",
        "how many proxies stand in front",
        "1",
        number,
    ),
)


def read_all(environment) -> dict:
    """Setting to value. Raises ImproperlyConfigured that names every missing or wrong variable, and no value."""
    values, faults = {}, []
    for one in VARIABLES:
        given = environment.get(one.name, "") or one.default
        if given is NEEDED:
            faults.append(f"{one.name} is not set: {one.meaning}.")
            continue
        try:
            value = one.read(given)
        except ValueError as fault:
            faults.append(f"{one.name} cannot be used: {fault}.")
            continue
        if one.setting:
            values[one.setting] = value
    if faults:
        raise ImproperlyConfigured(
            "\n".join([*faults, "docs/running.md has the table of variables. Nothing was started."])
        )
    return values

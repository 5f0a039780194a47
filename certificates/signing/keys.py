"""The keys that sign, wherever they are kept; every public half is remembered for ever. It refuses to sign for the public
with a key it made itself.

A certificate's file is signed with one key (EC or RSA, with a chain), credentials and receipts with another (RSA, because
RS256 is what wallets read). Each comes from a file, from the environment, from a PKCS#11 token, or, in a demonstration, from
the site's own making on first use.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from joserfc.jwk import RSAKey

from lms.kit import clock
from lms.kit.files.outages import disk
from lms.kit.refusals import NotNow

from ..models import PublicKey
from .own_keys import make_keys

FEWEST_BITS = 2048  # of an RSA key; RFC 7518 section 3.3
NOT_RSA = gettext_noop(
    "Credentials are signed with an RSA key. Set IMSA_CREDENTIAL_KEY to one (2048 bits or more)."
)


@dataclass(frozen=True)
class Key:
    """A key as its users need it: an id, a way to sign, and what others check it with."""

    kid: str
    sign: Callable[[bytes], bytes]
    algorithm: str
    chain: tuple[asn1_x509.Certificate, ...] = ()
    jwk: dict | None = None


def certificate_key() -> Key:
    """The key that signs certificates' files. Raises NotNow where nothing signed with it would hold today."""
    key = _certificate_key(*_where("IMSA_SIGNING_KEY", "signing.key"), _chain_where())
    return remembered(_holds_today(key), PublicKey.CERTIFICATE)


def _holds_today(key):
    held = key.chain[0]["tbs_certificate"]["validity"]
    if not held["not_before"].native <= clock.now() <= held["not_after"].native:
        raise NotNow(
            _(
                "The certificate of the signing key does not hold today, so nothing can be signed with it. Ask whoever runs this site to renew it and to set IMSA_SIGNING_CERT."
            )
        )
    return key


def credential_key() -> Key:
    """The RSA key that signs credentials, status lists and receipts."""
    return remembered(
        _credential_key(*_where("IMSA_CREDENTIAL_KEY", "credential.key")), PublicKey.CREDENTIAL
    )


def fault() -> str:
    """A sentence where nothing can be signed now: each key signs a probe with what the place of keys holds at this moment. The
    database need not know the key yet."""
    try:
        # Read anew: a key that was read once is kept, and its file may have gone since.
        if _where("IMSA_SIGNING_KEY", "signing.key")[0] != "token":
            for name, own in (
                ("IMSA_SIGNING_KEY", "signing.key"),
                ("IMSA_CREDENTIAL_KEY", "credential.key"),
            ):
                _read(*_where(name, own), name)
        _holds_today(
            _certificate_key(*_where("IMSA_SIGNING_KEY", "signing.key"), _chain_where())
        ).sign(b"ready?")
        _credential_key(*_where("IMSA_CREDENTIAL_KEY", "credential.key")).sign(b"ready?")
    except NotNow as refused:
        return str(refused)
    return ""


def uses_own_keys() -> bool:
    """Are the signing keys the ones this installation made for itself?"""
    return not (settings.IMSA_SIGNING_KEY or settings.IMSA_PKCS11)


def jwks() -> dict:
    """Every public key that ever signed a credential, the newest first."""
    rows = PublicKey.objects.filter(use=PublicKey.CREDENTIAL).order_by("-first_used_at", "-pk")
    return {"keys": [row.jwk for row in rows]}


def public_jwk(kid) -> dict | None:
    """The public key of this id; None for whatever could never be an id of ours."""
    if not isinstance(kid, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", kid):
        return None
    return (
        PublicKey.objects.filter(use=PublicKey.CREDENTIAL, kid=kid)
        .values_list("jwk", flat=True)
        .first()
    )


def authorities() -> list[asn1_x509.Certificate]:
    """Every certificate authority whose signatures count: those of the keys that signed here, and those in keys/known."""
    chains = PublicKey.objects.filter(use=PublicKey.CERTIFICATE).values_list("chain", flat=True)
    found = [_certificates(chain.encode())[-1] for chain in chains]
    found += [
        _certificates(place.read_bytes())[-1]
        for place in sorted((settings.KEYS_ROOT / "known").glob("*.pem"))
    ]
    return [*{one.sha256: one for one in found}.values()]


# ---- remembering ----

_remembered: set[str] = set()


def remembered(key: Key, use) -> Key:
    """The key, once its public half is in the database: with what it signs, so that nothing is signed by a key nobody knows."""
    if key.kid not in _remembered:
        chain = b"".join(pem.armor("CERTIFICATE", one.dump()) for one in key.chain).decode()
        PublicKey.objects.get_or_create(
            kid=key.kid,
            defaults={
                "use": use,
                "algorithm": key.algorithm,
                "jwk": key.jwk,
                "chain": chain,
                "first_used_at": clock.now(),
            },
        )
        transaction.on_commit(
            lambda: _remembered.add(key.kid)
        )  # an action that is undone leaves no row behind
    return key


# ---- where they are ----


def _where(name, own) -> tuple[str, str]:
    """(kind, place or content): a token, the text of the environment, a file, or the site's own making."""
    given = getattr(settings, name)
    if settings.IMSA_PKCS11:
        return "token", name
    if given.startswith("-----BEGIN"):
        return "text", given
    if given:
        return "file", given
    if name == "IMSA_CREDENTIAL_KEY" and settings.IMSA_SIGNING_KEY:
        return _where("IMSA_SIGNING_KEY", own)  # one RSA key may do both
    return "file", str(_own_place() / own)


def _chain_where() -> str:
    return settings.IMSA_SIGNING_CERT or str(_own_place() / "signing.pem")


def _own_place() -> Path:
    if not (settings.DEMONSTRATION or settings.IMSA_ALLOW_SELF_MADE_KEY):
        raise NotNow(
            _(
                "This site has no signing key, so it can issue no certificate. Ask whoever runs it to set IMSA_SIGNING_KEY."
            )
        )
    own = settings.KEYS_ROOT / "own"
    with disk():
        if not own.exists():
            make_keys(own)
    return own


def _read(kind, value, name) -> bytes:
    if kind == "text" or value.startswith("-----BEGIN"):
        return value.encode()
    try:
        return Path(value).read_bytes()
    except OSError:
        raise _no_good(name) from None


def _no_good(name) -> NotNow:
    return NotNow(
        _(
            "What %(name)s names cannot be read as one, so nothing can be signed. Ask whoever runs this site to look at it."
        )
        % {"name": name}
    )


def _certificates(content: bytes) -> list[asn1_x509.Certificate]:
    return [
        asn1_x509.Certificate.load(der)
        for _name, _headers, der in pem.unarmor(content, multiple=True)
    ]


def _secret_of(content: bytes, name):
    """The private key in a PEM text. Raises NotNow for one that is none, is locked, or is too short."""
    try:
        secret = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_good(name) from None
    if isinstance(secret, rsa.RSAPrivateKey) and secret.key_size < FEWEST_BITS:
        raise NotNow(
            _(
                "The key that %(name)s names is too short. Set it to an RSA key of %(fewest_bits)s bits or more."
            )
            % {"name": name, "fewest_bits": FEWEST_BITS}
        )
    return secret


# ---- reading them; a key is read once and kept ----


@lru_cache(maxsize=8)
def _certificate_key(kind, value, chain_given) -> Key:
    try:
        chain = _certificates(_read("", chain_given, "IMSA_SIGNING_CERT"))
        public = serialization.load_der_public_key(chain[0].public_key.dump())
    except (ValueError, IndexError):
        raise _no_good("IMSA_SIGNING_CERT") from None
    own_authority = (
        Path(chain_given).with_name("ca.pem") if not chain_given.startswith("-----BEGIN") else None
    )
    if len(chain) == 1 and own_authority and own_authority.exists():
        chain += _certificates(own_authority.read_bytes())
    sign, algorithm = (
        _on_token("certificate")
        if kind == "token"
        else _in_memory(_read(kind, value, "IMSA_SIGNING_KEY"))
    )
    _insist_on_pair(sign, algorithm, public)
    return Key(hashlib.sha256(chain[0].dump()).hexdigest(), sign, algorithm, tuple(chain))


def _insist_on_pair(sign, algorithm, public):
    """A signature made and checked once: a key that belongs to another certificate would sign files that nobody takes."""
    probe = b"Does this key belong to this certificate?"
    try:
        if algorithm == "ES256":
            public.verify(sign(probe), probe, ec.ECDSA(hashes.SHA256()))
        else:
            public.verify(sign(probe), probe, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, AttributeError, TypeError):
        raise NotNow(
            _(
                "The signing key does not belong to its certificate, so nothing can be signed with it. Ask whoever runs this site to look at IMSA_SIGNING_KEY and IMSA_SIGNING_CERT."
            )
        ) from None


@lru_cache(maxsize=8)
def _credential_key(kind, value) -> Key:
    if kind == "token":
        sign, public = _rsa_on_token("credential")
    else:
        secret = _secret_of(_read(kind, value, "IMSA_CREDENTIAL_KEY"), "IMSA_CREDENTIAL_KEY")
        if not isinstance(secret, rsa.RSAPrivateKey):
            raise NotNow(_(NOT_RSA))
        public = secret.public_key()

        def sign(data):
            return secret.sign(data, padding.PKCS1v15(), hashes.SHA256())

    pem_text = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    jwk = RSAKey.import_key(pem_text)
    kid = jwk.thumbprint()
    shown = {
        **jwk.as_dict(private=False),
        "kid": kid,
        "alg": "RS256",
        "use": "sig",
        "iss": f"{settings.SITE_URL}/issuer",
    }
    return Key(kid, sign, "RS256", jwk=shown)


def _in_memory(content: bytes):
    """(a way to sign SHA-256, the algorithm) with a key of PEM text."""
    secret = _secret_of(content, "IMSA_SIGNING_KEY")
    if isinstance(secret, ec.EllipticCurvePrivateKey):
        return (lambda data: secret.sign(data, ec.ECDSA(hashes.SHA256()))), "ES256"
    if not isinstance(secret, rsa.RSAPrivateKey):
        raise NotNow(
            _("Certificates are signed with an EC or an RSA key. Set IMSA_SIGNING_KEY to one.")
        )
    return (lambda data: secret.sign(data, padding.PKCS1v15(), hashes.SHA256())), "RS256"


# ---- a PKCS#11 token: the secret never leaves it ----


@contextmanager
def _token():
    """The open session. IMSA_PKCS11 names the library and the token: “/usr/lib/…/lib.so;label”; the PIN is in IMSA_PKCS11_PIN.
    Whatever goes wrong on the token is NotNow in words, and it is opened afresh the next time."""
    from pkcs11.exceptions import PKCS11Error

    try:
        yield _session(settings.IMSA_PKCS11, settings.IMSA_PKCS11_PIN)
    except (PKCS11Error, OSError, RuntimeError):
        for kept in (_session, _certificate_key, _credential_key):
            kept.cache_clear()
        raise NotNow(
            _(
                "The token that keeps the signing keys did not answer, so nothing was signed. Ask whoever runs this site to look at IMSA_PKCS11, the token and its two keys."
            )
        ) from None


@lru_cache(maxsize=1)
def _session(place, code):
    """A token is opened once in a process: whoever opens it again is told that somebody is signed in already."""
    import pkcs11

    library, _semicolon, label = place.partition(";")
    return pkcs11.lib(library).get_token(token_label=label).open(user_pin=code, rw=False)


def _signing_with(secret, mechanism, prepare=bytes, finish=bytes):
    def sign(data):
        with _token():
            return finish(secret.sign(prepare(data), mechanism=mechanism))

    return sign


def _on_token(label):
    from pkcs11 import KeyType, Mechanism, ObjectClass
    from pkcs11.util.ec import encode_ecdsa_signature

    with _token() as session:
        secret = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        kind = secret.key_type
    if kind == KeyType.RSA:
        return _signing_with(secret, Mechanism.SHA256_RSA_PKCS), "RS256"
    return _signing_with(
        secret, Mechanism.ECDSA, lambda data: hashlib.sha256(data).digest(), encode_ecdsa_signature
    ), "ES256"


def _rsa_on_token(label):
    from pkcs11 import KeyType, Mechanism, ObjectClass
    from pkcs11.util.rsa import encode_rsa_public_key

    with _token() as session:
        secret = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        if secret.key_type != KeyType.RSA:
            raise NotNow(_(NOT_RSA))
        der = encode_rsa_public_key(
            session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=label)
        )
    text = (
        b"-----BEGIN RSA PUBLIC KEY-----\n"
        + base64.encodebytes(der)
        + b"-----END RSA PUBLIC KEY-----\n"
    )
    return _signing_with(secret, Mechanism.SHA256_RSA_PKCS), serialization.load_pem_public_key(text)

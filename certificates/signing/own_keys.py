"""The keys that a demonstration makes for itself on first use, and their certificates."""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

KEY_BEGINS = datetime(2025, 1, 1)
KEY_ENDS, ROOT_ENDS = datetime(2045, 1, 1), datetime(2049, 1, 1)
OWN_AUTHORITY = "IMSA Model Hub authority, made by this site"


def make_keys(own: Path):
    """An authority, a signing key and a credential key of this installation's own.

    They are written beside their place and moved there in one step; of two processes that start
    together one wins, and the other throws its own away.
    """
    own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(own.parent, 0o700)
    part = Path(tempfile.mkdtemp(prefix="own-", dir=own.parent))
    try:
        ca_key, key = (
            ec.generate_private_key(ec.SECP256R1()),
            ec.generate_private_key(ec.SECP256R1()),
        )
        ca_name, name = _named(OWN_AUTHORITY), _named("IMSA Model Hub certificates")
        ca = _certificate(ca_name, ca_key.public_key(), ca_name, ca_key, authority=True)
        leaf = _certificate(name, key.public_key(), ca_name, ca_key, authority=False)
        for file, content in (
            ("ca.key", _secret(ca_key)),
            ("ca.pem", _public(ca)),
            ("signing.key", _secret(key)),
            ("signing.pem", _public(leaf)),
            (
                "credential.key",
                _secret(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
            ),
        ):
            descriptor = os.open(part / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        try:
            os.rename(part, own)
        except OSError:
            if not (own / "signing.key").exists():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _named(common):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "IMSA Model Hub"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(subject, public_key, issuer, issuer_key, *, authority):
    usage = {
        "digital_signature": not authority,
        "content_commitment": not authority,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": authority,
        "crl_sign": authority,
        "encipher_only": False,
        "decipher_only": False,
    }
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(KEY_BEGINS)
        .not_valid_after(ROOT_ENDS if authority else KEY_ENDS)
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def _secret(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)

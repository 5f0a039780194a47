"""Signs certificates and says what is true of a file; it refuses to sign for the public with a key it made itself."""
import hashlib
import io
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.kit import clock
from lms.kit.refusals import Refused

# It logs every file that was added to as a fault of its own, with a traceback.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.CRITICAL)

FIELD = "IMSA"
ROOM = 16384  # hexadecimal characters kept for the signature, so that it is made once and not twice
KEY_BEGINS = datetime(2025, 1, 1)
KEY_ENDS, ROOT_ENDS = datetime(2045, 1, 1), datetime(2049, 1, 1)


@dataclass(frozen=True)
class Verdict:
    """What is true of a file: signed by a key of ours, unchanged since, and covered from end to end."""

    is_signed: bool = False
    is_intact: bool = False
    is_ours: bool = False
    is_whole: bool = False
    signed_at: datetime | None = None
    sha256: str = ""
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.is_signed and self.is_intact and self.is_ours and self.is_whole


def sign(pdf: bytes) -> tuple[bytes, str]:
    """(`pdf` with a PAdES B-B signature that permits no later change, the id of the key)."""
    signer, key_id = _signer(*_places())
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256",
        reason="Issued by the IMSA Model Hub",
    )
    signers.PdfSigner(meta, signer=signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=ROOM,
    )
    return out.getvalue(), key_id


def verify(pdf: bytes) -> Verdict:
    """What is true of this file. Never raises, whatever the bytes are."""
    digest = hashlib.sha256(pdf).hexdigest()
    try:
        embedded = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
    except Exception:
        return Verdict(sha256=digest, why="This is not a PDF file that can be read.")
    if not embedded:
        return Verdict(sha256=digest, why="The file carries no signature.")
    try:
        status = _status(embedded[0])
    except Exception:
        return Verdict(is_signed=True, sha256=digest, why="The signature in the file cannot be read.")
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(embedded) == 1
    unchanged = status.modification_level in (None, ModificationLevel.NONE)
    intact = status.intact and status.valid and unchanged
    return Verdict(
        is_signed=True, is_intact=intact, is_ours=status.trusted, is_whole=whole, sha256=digest,
        signed_at=status.signer_reported_dt, why=_why(intact, status.trusted, whole),
    )


def key_id() -> str:
    """Fingerprint of the certificate that signs now."""
    return _signer(*_places())[1]


def uses_own_key() -> bool:
    """Is the signing key the one this installation made for itself?"""
    return not settings.IMSA_SIGNING_KEY


# ---- the inside of an answer ----

def _status(embedded):
    """pyHanko's reading, as of the moment the signature names: a certificate outlives its key."""
    said = embedded.self_reported_timestamp or clock.now()
    moment = min(max(said, KEY_BEGINS.replace(tzinfo=UTC)), clock.now())
    context = ValidationContext(trust_roots=roots(), allow_fetching=False, moment=moment, best_signature_time=moment)
    return validate_pdf_signature(embedded, signer_validation_context=context)


def _why(intact, ours, whole):
    if not intact:
        return "The file was changed after it was signed."
    if not ours:
        return "The signature is not ours."
    return "" if whole else "Something was added to the file after it was signed."


def roots() -> list:
    """Every certificate authority whose signatures count, kept for ever."""
    own = sorted((settings.KEYS_ROOT / "own").glob("ca.pem"))
    return [_read(place) for place in [*own, *sorted((settings.KEYS_ROOT / "known").glob("*.pem"))]]


def _read(place: Path):
    return asn1_x509.Certificate.load(pem.unarmor(place.read_bytes())[2])


# ---- keys ----

def _places() -> tuple[Path, Path, Path]:
    """(key, certificate, authority) files: the installation's, or on first use its own making."""
    if settings.IMSA_SIGNING_KEY:
        key, chain = Path(settings.IMSA_SIGNING_KEY), Path(settings.IMSA_SIGNING_CERT)
        return key, chain, _remember(chain)
    if not (settings.DEMONSTRATION or settings.IMSA_ALLOW_SELF_MADE_KEY):
        raise Refused(
            "This site has no signing key, so it can issue no certificate. Ask whoever runs it to set IMSA_SIGNING_KEY."
        )
    own = settings.KEYS_ROOT / "own"
    if not own.exists():
        _make_keys(own)
    return own / "signing.key", own / "signing.pem", own / "ca.pem"


def _remember(chain: Path) -> Path:
    """Keep the last certificate of the chain among the known authorities."""
    authority = list(pem.unarmor(chain.read_bytes(), multiple=True))[-1][2]
    known = settings.KEYS_ROOT / "known"
    known.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = known / f"{hashlib.sha256(authority).hexdigest()}.pem"
    if not place.exists():
        part = place.with_suffix(f".{os.getpid()}")
        part.write_bytes(pem.armor("CERTIFICATE", authority))
        part.replace(place)
    return place


def _make_keys(own: Path):
    """An authority and a signing key of this installation's own.

    They are written beside their place and moved there in one step; of two processes that start
    together one wins, and the other throws its own away.
    """
    own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(own.parent, 0o700)
    part = Path(tempfile.mkdtemp(prefix="own-", dir=own.parent))
    try:
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca_name, name = _named("IMSA Model Hub authority, made by this site"), _named("IMSA Model Hub certificates")
        ca = _certificate(ca_name, ca_key.public_key(), ca_name, ca_key, authority=True)
        leaf = _certificate(name, key.public_key(), ca_name, ca_key, authority=False)
        for file, content in (
            ("ca.key", _secret(ca_key)), ("ca.pem", _public(ca)), ("signing.key", _secret(key)), ("signing.pem", _public(leaf)),
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
    return x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "IMSA Model Hub"), x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])


def _certificate(subject, public_key, issuer, issuer_key, *, authority):
    usage = {
        "digital_signature": not authority, "content_commitment": not authority, "key_encipherment": False,
        "data_encipherment": False, "key_agreement": False, "key_cert_sign": authority, "crl_sign": authority,
        "encipher_only": False, "decipher_only": False,
    }
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(KEY_BEGINS).not_valid_after(ROOT_ENDS if authority else KEY_ENDS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _secret(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class _Signer(signers.Signer):
    """Signs with a key read once; pyHanko's own signer reads it again for every signature."""

    def __init__(self, key, certificate, others):
        super().__init__(signing_cert=certificate, cert_registry=others, prefer_pss=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run=False) -> bytes:
        if dry_run:
            return bytes(512)
        digest = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(digest))
        return self._key.sign(data, padding.PKCS1v15(), digest)


@lru_cache(maxsize=4)
def _signer(key_place: Path, chain: Path, authority: Path) -> tuple[_Signer, str]:
    key = serialization.load_pem_private_key(key_place.read_bytes(), password=None)
    certificates = [asn1_x509.Certificate.load(der) for _, _, der in pem.unarmor(chain.read_bytes(), multiple=True)]
    others = SimpleCertificateStore()
    others.register_multiple([*certificates[1:], _read(authority)])
    return _Signer(key, certificates[0], others), hashlib.sha256(certificates[0].dump()).hexdigest()

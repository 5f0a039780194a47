"""Signs certificates' files and says what is true of one; a file it cannot read is never an error."""

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils import embed
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader

from lms.kit import clock
from lms.kit.refusals import NotNow

from .keys import Key, authorities, certificate_key
from .own_keys import KEY_BEGINS

# It logs every file that was added to as a fault of its own, with a traceback.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.CRITICAL)

FIELD = "IMSA"
ALTERNATIVE = pdf_name("/Alternative")  # an attached file says the same as the page
ROOM = 16384  # hexadecimal characters kept for the signature, so that it is made once and not twice
ROOM_WITH_TIME = 32768


@dataclass(frozen=True)
class Verdict:
    """What is true of a file: signed by a key of ours, unchanged since, and covered from end to end."""

    is_pdf: bool = True
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


def sign(pdf: bytes, attached: dict[str, bytes] | None = None) -> tuple[bytes, str]:
    """(`pdf` with its attachments and then a PAdES signature that permits no later change, the id of the key).

    PAdES B-B; B-T where IMSA_TIMESTAMP_URL names a time-stamp service. Raises Refused where that gives none: a certificate
    that should carry a time is not issued without one.
    """
    key, out = certificate_key(), io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(_with_attachments(pdf, attached or {})))
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason="Issued by the IMSA Model Hub",
    )
    stamper = (
        timestamps.HTTPTimeStamper(settings.IMSA_TIMESTAMP_URL, timeout=20)
        if settings.IMSA_TIMESTAMP_URL
        else None
    )
    try:
        signers.PdfSigner(meta, signer=_signer(key), timestamper=stamper).sign_pdf(
            writer,
            output=out,
            bytes_reserved=ROOM_WITH_TIME if stamper else ROOM,
        )
    except timestamps.TimestampRequestError:
        raise NotNow(
            _(
                "The time-stamp service gave no time-stamp, so nothing was issued. Try again later; "
                "if it goes on, ask whoever runs this site to look at IMSA_TIMESTAMP_URL."
            )
        ) from None
    return out.getvalue(), key.kid


def _with_attachments(pdf, attached) -> bytes:
    """The file with others inside it, each named as what the page is the same in another form."""
    if not attached:
        return pdf
    out, writer = io.BytesIO(), IncrementalPdfFileWriter(io.BytesIO(pdf))
    for name, content in attached.items():
        spec = embed.FileSpec(
            file_spec_string=name,
            file_name=name,
            description="The same in a form that programs read",
            af_relationship=ALTERNATIVE,
            embedded_data=embed.EmbeddedFileObject.from_file_data(
                writer, data=content, mime_type="application/jwt"
            ),
        )
        embed.embed_file(writer, spec)
    writer.write(out)
    return out.getvalue()


def attachments_in(pdf: bytes) -> dict[str, bytes]:
    """Name to content of each attached file; empty where the file cannot be read."""
    try:
        return {
            name: content[0] for name, content in PdfReader(io.BytesIO(pdf)).attachments.items()
        }
    except Exception:
        return {}


def verify(pdf: bytes) -> Verdict:
    """What is true of this file. Never raises, whatever the bytes are."""
    digest = hashlib.sha256(pdf).hexdigest()
    try:
        embedded = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
    except Exception:
        return Verdict(
            is_pdf=False, sha256=digest, why=_("This is not a PDF file that can be read.")
        )
    if not embedded:
        return Verdict(sha256=digest, why=_("The file carries no signature."))
    try:
        status = _status(embedded[0])
    except Exception:
        return Verdict(
            is_signed=True, sha256=digest, why=_("The signature in the file cannot be read.")
        )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(embedded) == 1
    unchanged = status.modification_level in (None, ModificationLevel.NONE)
    intact = status.intact and status.valid and unchanged
    return Verdict(
        is_signed=True,
        is_intact=intact,
        is_ours=status.trusted,
        is_whole=whole,
        sha256=digest,
        signed_at=status.signer_reported_dt,
        why=_why(intact, status.trusted, whole),
    )


def _status(embedded):
    """pyHanko's reading, as of the moment the signature names: a certificate outlives its key."""
    said = embedded.self_reported_timestamp or clock.now()
    moment = min(max(said, KEY_BEGINS.replace(tzinfo=UTC)), clock.now())
    context = ValidationContext(
        trust_roots=authorities(), allow_fetching=False, moment=moment, best_signature_time=moment
    )
    return validate_pdf_signature(embedded, signer_validation_context=context)


def _why(intact, ours, whole):
    if not intact:
        return _("The file was changed after it was signed.")
    if not ours:
        return _("The signature is not ours.")
    return "" if whole else _("Something was added to the file after it was signed.")


class _Signer(signers.Signer):
    """Signs with a key read once; pyHanko's own signer reads it again for every signature."""

    def __init__(self, key: Key):
        others = SimpleCertificateStore()
        others.register_multiple(key.chain[1:])
        super().__init__(signing_cert=key.chain[0], cert_registry=others, prefer_pss=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run=False) -> bytes:
        return bytes(512) if dry_run else self._key.sign(data)


@lru_cache(maxsize=4)
def _signer(key: Key) -> _Signer:
    return _Signer(key)

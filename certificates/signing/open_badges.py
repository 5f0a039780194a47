"""Open Badges 3.0 as signed tokens: what one says, how it is signed, baked into a picture and read again. It names nobody.

VC-JWT by 1EdTech's integrity rules: RS256, the credential itself as the payload, `typ` JWT; docs/credentials.md.
"""

import base64
import gzip
import hashlib
import json
import re
import struct
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.letters import without_unseen

from ..accreditation.sentences import in_words
from ..models import Credential, StatusList
from .keys import Key, public_jwk

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
ISSUER_NAME = "IMSA Model Hub"
ABOUT_ISSUER = in_english(
    "Oversees the training and accreditation of Independent Modern Slavery Advocates in the United Kingdom."
)
KEYWORD, NAMESPACE = b"openbadgecredential", "https://purl.imsglobal.org/ob/v3p0"
LONGEST = 200_000  # characters of a token
LEADING = re.compile(r"[ \t>|]*+")  # how mail programs mark what they quote
SKEW = timedelta(minutes=5)


# ---- what a credential says ----


def issuer() -> dict:
    return {
        "id": f"{settings.SITE_URL}/issuer",
        "type": ["Profile"],
        "name": ISSUER_NAME,
        "url": settings.SITE_URL,
    }


def achievement(kind, nations=()) -> dict:
    """What was achieved; the same page for everybody who achieved it."""
    if kind == Credential.AWARD:
        return {
            "id": f"{settings.SITE_URL}/achievements/award",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "image": {"id": f"{settings.SITE_URL}/achievements/award/picture.png", "type": "Image"},
            "name": settings.IMSA_AWARD_TITLE,
            "description": in_english(
                "A postgraduate certificate of the University, on which the accreditation as an advocate rests."
            ),
            "criteria": {
                "narrative": in_english(
                    "Every module of the certificate was passed and the University’s board conferred the award."
                )
            },
        }
    return {
        "id": f"{settings.SITE_URL}/achievements/accreditation",
        "type": ["Achievement"],
        "achievementType": "Certification",
        "image": {
            "id": f"{settings.SITE_URL}/achievements/accreditation/picture.png",
            "type": "Image",
        },
        "name": "Accredited Independent Modern Slavery Advocate",
        "description": in_english(
            "Accreditation by the IMSA Model Hub. It is not a statutory registration, and it holds only while every term of it does."
        ),
        "criteria": {
            "narrative": (
                in_english(
                    "The award was conferred, the law of each nation named was studied, and a post at an approved Employing Organisation "
                    f"is on the employment register. The nations: {in_words(tuple(nations))}."
                )
                if nations
                else in_english(
                    "The award was conferred, the law of each nation was studied, and a post at an approved Employing Organisation is on the employment register."
                )
            )
        },
    }


def body(credential, certificate, from_moment: datetime, index: int) -> dict:
    """The credential before it is signed. No name, no mark, no organisation: the live answer tells what is true today."""
    is_award = credential.kind == Credential.AWARD
    purpose = Credential.PURPOSE[credential.kind]
    listed = f"{settings.SITE_URL}/status/{credential.status_list_id}"
    said = {
        "@context": CONTEXT,
        "id": address_of(credential),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement(credential.kind)["name"],
        "issuer": issuer(),
        "validFrom": stamp(from_moment),
        "awardedDate": stamp(
            start_of(certificate.award.conferred_on if is_award else certificate.issued_on)
        ),
        "credentialSubject": {
            "id": f"urn:uuid:{credential.subject}",
            "type": ["AchievementSubject"],
            "achievement": achievement(credential.kind, () if is_award else certificate.nations),
        },
        "credentialStatus": {
            "id": f"{listed}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": listed,
        },
        "credentialSchema": [SCHEMA],
    }
    if not is_award:
        said["credentialSubject"]["licenseNumber"] = certificate.number
        said["validUntil"] = stamp(start_of(credential.valid_until + timedelta(days=1)))
    return said


def address_of(credential) -> str:
    return f"{settings.SITE_URL}/credentials/{credential.uid}"


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- signing ----


def token_of(document: dict, key: Key) -> str:
    """The signed token of a credential or of a status list."""
    claims = {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = seconds(document["validUntil"])
    return compact({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key)


def compact(header: dict, claims: dict, key: Key) -> str:
    """A JWS in its short form, signed with a key wherever it is kept."""
    signed = f"{packed(compact_json(header))}.{packed(compact_json(claims))}"
    return f"{signed}.{packed(key.sign(signed.encode()))}"


def compact_json(document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


# ---- the lists of bits ----


def encoded(bits: bytes) -> str:
    return "u" + packed(gzip.compress(bits, mtime=0))


def decoded(text: str) -> bytes:
    return gzip.decompress(unpacked(text.removeprefix("u")))


def bits_of(places, length=StatusList.LENGTH) -> bytes:
    """A list in which these places are set; place 0 is the left-most bit."""
    made = bytearray(length // 8)
    for place in places:
        made[place // 8] |= 128 >> place % 8
    return bytes(made)


def is_set(bits: bytes, place: int) -> bool:
    return bool(bits[place // 8] & 128 >> place % 8)


def list_body(row: StatusList, places, at: datetime) -> dict:
    address = f"{settings.SITE_URL}/status/{row.pk}"
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(),
        "validFrom": stamp(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": row.purpose,
            "encodedList": encoded(bits_of(places)),
        },
    }


# ---- reading ----


NOTHING, NOT_OURS, CHANGED = "nothing", "not_ours", "changed"
CREDENTIAL, RECEIPT = "credential", "receipt"
NOT_THREE_PARTS = {
    CREDENTIAL: gettext_noop(
        "This is not a signed credential: it does not have the three parts that one has."
    ),
    RECEIPT: gettext_noop(
        "This is not a signed receipt: it does not have the three parts that one has."
    ),
}
NOT_READ = {
    CREDENTIAL: gettext_noop("This is not a signed credential: its parts cannot be read."),
    RECEIPT: gettext_noop("This is not a signed receipt: its parts cannot be read."),
}


class Refused(ValueError):
    """Why a token is not one of ours; a sentence for whoever brought it. `code`: there is none in it (NOTHING), or it is one that is
    not ours or was changed."""

    def __init__(self, sentence, code):
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Read:
    """A token that we signed, unchanged: its claims, and its bytes' fingerprint."""

    claims: dict
    kid: str
    sha256: str = ""
    header: dict = field(default_factory=dict)


def read_token(token: str, brought_as=CREDENTIAL) -> Read:
    """The claims of a token that one of our keys signed, whatever its dates say. Raises Refused, which calls a token that is none
    what it was brought as.

    The key decides the algorithm, never the token: RS256, and a public key of ours that is remembered for ever.
    """
    token = bare(token)
    parts = token.split(".")
    if (
        len(token) > LONGEST
        or len(parts) != 3
        or not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token)
    ):
        raise Refused(_(NOT_THREE_PARTS[brought_as]), NOTHING)
    try:
        header, claims = (json.loads(unpacked(part)) for part in parts[:2])
    except (ValueError, RecursionError):
        raise Refused(_(NOT_READ[brought_as]), NOTHING) from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Refused(_(NOT_READ[brought_as]), NOTHING)
    if header.get("alg") != "RS256":
        raise Refused(_("It is not signed in the way we sign, so it is not ours."), NOT_OURS)
    if set(header) - {"alg", "typ", "kid"}:
        raise Refused(
            _("It names a key or an address of its own, and none of ours does."), NOT_OURS
        )
    kid = header.get("kid", "")
    jwk = public_jwk(kid)
    if jwk is None:
        raise Refused(_("It was not signed with a key of ours."), NOT_OURS)
    try:
        jws.deserialize_compact(token, RSAKey.import_key(jwk), algorithms=["RS256"])
    except (JoseError, ValueError):
        raise Refused(_("It was changed after it was signed."), CHANGED) from None
    return Read(claims, kid, hashlib.sha256(token.encode()).hexdigest(), header)


def bare(text: str) -> str:
    """The token within a text as mail programs, editors and people hand it on: wrapped, quoted (“> ”), in quotation marks or
    brackets, with a full stop behind it or unseen characters inside. Only what is no letter of a token is taken away, so a
    changed token stays changed."""
    lines = (LEADING.sub("", line) for line in without_unseen(text).splitlines())
    return "".join("".join(lines).split()).strip("\"'“”‘’<>[](){},;:.`*|")


def what_its_dates_say(claims: dict, now: datetime | None = None) -> str:
    """“early”, “over” or “”, by the dates inside a token that is ours."""
    at = (now or clock.now()).timestamp()
    begins, ends = claims.get("nbf"), claims.get("exp")
    if isinstance(begins, (int, float)) and begins > at + SKEW.total_seconds():
        return "early"
    return "over" if isinstance(ends, (int, float)) and ends <= at else ""


# ---- pictures ----


def baked_png(png: bytes, token: str) -> bytes:
    """The picture with the token in it: one iTXt chunk before the end, uncompressed."""
    content = KEYWORD + b"\0\0\0\0\0" + token.encode()
    chunk = (
        struct.pack(">I", len(content))
        + b"iTXt"
        + content
        + struct.pack(">I", zlib.crc32(b"iTXt" + content))
    )
    end = png.rindex(b"IEND") - 4
    return png[:end] + chunk + png[end:]


def baked_svg(svg: str, token: str) -> str:
    opened = svg.index("<svg") + 4
    with_space = svg[:opened] + f' xmlns:openbadges="{NAMESPACE}"' + svg[opened:]
    after = with_space.index(">", opened) + 1
    return f'{with_space[:after]}<openbadges:credential verify="{token}"/>{with_space[after:]}'


def token_in(content: bytes) -> str:
    """The token in a picture, a PDF's attachment or a text; raises Refused where there is none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _in_png(content)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith((b"<svg", b"<?xml", b"<!--")):
        return _in_svg(content)
    try:
        found = bare(
            content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        )
        found.encode("ascii")
        return found
    except UnicodeError:
        raise Refused(
            _("This is neither a badge picture nor a signed credential."), NOTHING
        ) from None


def _in_png(content) -> str:
    at = 8
    while at + 8 <= len(content):
        (length,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        chunk = content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and chunk.startswith(KEYWORD + b"\0\0\0"):
            words = chunk[len(KEYWORD) + 3 :].split(b"\0", 2)
            if len(words) == 3:
                return words[2].decode("ascii", "replace")
        at += 12 + length
    raise Refused(_("The picture holds no credential."), NOTHING)


def _in_svg(content) -> str:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError, RecursionError):
        raise Refused(_("The picture cannot be read."), NOTHING) from None
    found = root.find(f".//{{{NAMESPACE}}}credential")
    token = ((found.get("verify") or found.text or "") if found is not None else "").strip()
    if not token:
        raise Refused(_("The picture holds no credential."), NOTHING)
    return token

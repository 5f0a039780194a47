"""What we sign, two programs that are not ours accept; what was touched, neither they nor we do. None of it names anybody."""

import base64
import gzip
import hashlib
import hmac
import html
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import tracemalloc
import uuid
import zlib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from defusedxml.ElementTree import fromstring
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from jsonschema import Draft201909Validator
from openbadgeslib import verify_badge
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from PIL import Image

from certificates.actions import answer_check, issue_again, revoke
from certificates.actions.credentials import FULL, free_place, list_with_room
from certificates.document import drawing
from certificates.models import Check, Credential, RateLimitCount, RefusedFile, StatusList
from certificates.signing import keys
from certificates.signing.open_badges import Refused, read_token, token_in
from certificates.signing.receipts import receipt_of
from lms.kit import codes, files
from lms.record.models import Entry
from tests import shared
from tests.conftest import LOUD, dev

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
KINDS = ("award", "accreditation")
NOON = scene.at(TODAY)


@pytest.fixture(autouse=True)
def day():
    """Everybody's clock, ours and the other programs', says the day of the scene."""
    with time_machine.travel(NOON.timestamp()) as traveller:
        yield traveller


def zenobia():
    with time_machine.travel(NOON.timestamp()):
        where = scene.organisation("KESTREL", "Kestrel Refuge")
        return scene.certified(
            "Zenobia", "Quackenbush", ("england", "wales"), where, email="zenobia@kestrel.example"
        )


@pytest.fixture
@shared.begins_with(zenobia)
def held():
    return shared.copy_of(zenobia)


SECRETS = ("Zenobia", "Quackenbush", "kestrel", "Lindqvist", "IMSA-", "example.org")


# ---- programs that are not ours; they and the schema are fetched once, and never kept in the repository ----


def without(reason):
    """Skip, and say so; where everything is demanded, fail."""
    if os.environ.get("IMSA_TEST_ALL"):
        pytest.fail(reason)
    pytest.skip(f"{LOUD}: {reason}")


def fetched_once(name, make) -> Path:
    """A folder below .cache; of two runs that start together one wins."""
    place = dev.CACHE / name
    if not place.exists():
        dev.CACHE.mkdir(exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix="part-", dir=dev.CACHE))
        try:
            make(part)
            part.rename(place)
        except OSError:
            if not place.exists():
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return place


def fetch(*command, cwd):
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode:
        without(
            f"{Path(command[0]).name} could not fetch what these tests need: {ran.stderr.strip()[-300:]}"
        )


@pytest.fixture(scope="module")
def jose():
    """The jose package in a Node of its own: a question a line, an answer a line."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            without(f"credentials: no {program} (apt-get install nodejs npm)")
    own = sorted((HERE / "jose").glob("*.*"))

    def make(part):
        for file in own:
            shutil.copy(file, part)
        fetch("npm", "ci", "--no-audit", "--no-fund", cwd=part)

    folder = fetched_once(f"jose-{dev.digest(own)}", make)
    node = subprocess.Popen(
        ["node", "verify.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(**question):
        node.stdin.write(json.dumps(question) + "\n")
        node.stdin.flush()
        return json.loads(node.stdout.readline())

    yield ask
    node.stdin.close()
    node.wait(20)


@pytest.fixture(scope="module")
def schema():
    """The published Open Badges 3.0 schema, out of the source package that the lock names by its hash."""
    locked = re.search(
        r"^openbadgeslib==.*?(?=^\S)", (dev.ROOT / "requirements.lock").read_text(), re.M | re.S
    )[0]

    def make(part):
        (part / "wanted.txt").write_text(locked)
        fetch(
            sys.executable,
            str(dev.bundled_pip()),
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--require-hashes",
            "-r",
            "wanted.txt",
            "-d",
            ".",
            cwd=part,
        )
        with tarfile.open(next(part.glob("*.tar.gz"))) as packed:
            name = "tests/fixtures/ob_schemas/ob_v3p0_achievementcredential_schema.json"
            member = next(m for m in packed if m.name.endswith(name))
            (part / "schema.json").write_bytes(packed.extractfile(member).read())

    folder = fetched_once(f"open-badges-{hashlib.sha256(locked.encode()).hexdigest()[:16]}", make)
    return Draft201909Validator(json.loads((folder / "schema.json").read_text()))


def pem_of(jwk) -> bytes:
    n, e = (int.from_bytes(raw(jwk[name]), "big") for name in ("n", "e"))
    public = rsa.RSAPublicNumbers(e, n).public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class Judges:
    """openbadgeslib and jose, with what our own site publishes and nothing else. Each says why not, or nothing."""

    def __init__(self, client, jose=None):
        self.client, self.ask = client, jose
        self.jwks = client.get("/.well-known/jwks.json").json()

    def download(self, address):
        return self.client.get(urlsplit(address).path).content

    def pem(self, kid=None):
        return pem_of(
            next((jwk for jwk in self.jwks["keys"] if jwk["kid"] == kid), self.jwks["keys"][0])
        )

    def openbadgeslib(self, token, **asked):
        try:
            OB3Verifier(pubkey_pem=self.pem(kid_of(token))).verify(
                token, download=self.download, **asked
            )
        except OB3VerificationError as refused:
            return str(refused)
        return ""

    def jose(self, token):
        """The whole answer of jose."""
        return self.ask(
            token=token, jwks=self.jwks, issuer=f"{configured.SITE_URL}/issuer", now=time.time()
        )

    def why_not(self, token):
        return {"openbadgeslib": self.openbadgeslib(token), "jose": self.jose(token)["why"]}


@pytest.fixture
def judges(client, jose):
    keys.credential_key()
    return Judges(client, jose)


NOTHING = {"openbadgeslib": "", "jose": ""}


# ---- a token by hand, without our own code ----


def raw(text) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def opened(token):
    header, claims, signature = token.split(".")
    return json.loads(raw(header)), json.loads(raw(claims)), signature


def claims_of(token):
    return opened(token)[1]


def kid_of(token):
    try:
        return opened(token)[0].get("kid")
    except (ValueError, AttributeError, RecursionError):
        return None


def closed(header, claims, signature="") -> str:
    return (
        f"{packed(json.dumps(header).encode())}.{packed(json.dumps(claims).encode())}.{signature}"
    )


def signed_by(sign, header, claims) -> str:
    text = closed(header, claims).rpartition(".")[0]
    return f"{text}.{packed(sign(text.encode()))}"


@lru_cache
def stranger():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def by_stranger(header, claims):
    return signed_by(
        lambda text: stranger().sign(text, padding.PKCS1v15(), hashes.SHA256()), header, claims
    )


def with_our_public_key(secret: bytes, token):
    """As if our public key, which everybody has, were a shared secret."""
    header, claims, _ = opened(token)
    return signed_by(
        lambda text: hmac.new(secret, text, "sha256").digest(), {**header, "alg": "HS256"}, claims
    )


# ---- our own pages ----


def everything():
    """Every row of every table and every kept file, but for the tallies that slow somebody who guesses, and for the note of
    what was brought and is not ours."""
    kept = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {
            RateLimitCount._meta.db_table,
            RefusedFile._meta.db_table,
            "record_head",
            "record_sequencerqueue",
        }:
            noted = (
                " WHERE deed <> 'certificates.note_refused'"
                if table == Entry._meta.db_table
                else ""
            )
            cursor.execute(f'SELECT * FROM "{table}"{noted}')
            kept[table] = sorted(map(repr, cursor.fetchall()))
    return {
        **kept,
        "files": sorted(str(place) for place in Path(configured.PRIVATE_ROOT).rglob("*.*")),
    }


def changed_since(before):
    after = everything()
    return {name for name in after if after[name] != before[name]}


def words_of(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def looked_at(client, content, name="badge.jwt"):
    """What /certificates/verify/ says of a file."""
    content = content.encode() if isinstance(content, str) else content
    return words_of(
        client.post(
            "/certificates/verify/", {"file": SimpleUploadedFile(name, content)}, follow=True
        )
    )


def ours(content):
    """Our own reading of a file: its claims, or why not."""
    try:
        return read_token(
            token_in(content.encode() if isinstance(content, str) else content)
        ).claims
    except Refused as refused:
        return str(refused)


# ---- accepted ----


class TestAccepted:
    def test_by_two_programs_with_nothing_but_what_we_publish(self, client, judges, held):
        for credential in held.credentials.all():
            recipient = f"urn:uuid:{credential.subject}"
            assert (
                judges.openbadgeslib(
                    credential.token, expected_recipient=recipient, check_status=True
                )
                == ""
            )
            said = judges.jose(credential.token)
            assert (
                said["holds"]
                and said["kid"] == credential.key_id
                and said["claims"]["id"].endswith(f"/credentials/{credential.uid}")
            )
        assert judges.openbadgeslib(
            credential.token, expected_recipient=f"urn:uuid:{uuid.uuid4()}"
        ), "the recipient is looked at"

    def test_by_the_published_schema(self, held, schema):
        for kind in KINDS:
            claims = claims_of(held.credentials.get(kind=kind).token)
            assert [e.message for e in schema.iter_errors(claims)] == [], kind
            subject = claims["credentialSubject"]
            bare = {
                name: value for name, value in subject["achievement"].items() if name != "criteria"
            }
            for spoilt in (
                {"issuer": None},
                {"validFrom": None},
                {"credentialSubject": {**subject, "achievement": bare}},
            ):
                assert list(schema.iter_errors({**claims, **spoilt})), "it can refuse"

    def test_each_carries_the_status_of_its_own_kind_and_names_nobody(self, held):
        for kind, purpose, ends in (
            ("award", "revocation", None),
            ("accreditation", "suspension", "2029-07-20T00:00:00Z"),
        ):
            credential = held.credentials.get(kind=kind)
            header, claims, _ = opened(credential.token)
            assert set(header) == {"alg", "typ", "kid"} and (header["alg"], header["typ"]) == (
                "RS256",
                "JWT",
            )
            assert (
                claims["credentialStatus"]["statusPurpose"] == purpose
                and claims.get("validUntil") == ends
            )
            assert (claims["iss"], claims["jti"], claims["sub"]) == (
                claims["issuer"]["id"],
                claims["id"],
                claims["credentialSubject"]["id"],
            )
            for secret in SECRETS:
                assert secret.lower() not in json.dumps(claims).lower()
        assert claims["credentialSubject"]["licenseNumber"] == held.number

    def test_our_page_says_so_and_keeps_what_it_says_it_keeps(self, client, held):
        for kind, kept in (("award", set()), ("accreditation", {Check._meta.db_table})):
            before = everything()
            said = looked_at(client, held.credentials.get(kind=kind).token)
            assert "We issued this credential, and it has not been changed." in said
            assert changed_since(before) == kept
            assert "Quackenbush" not in said and "Kestrel" not in said
        assert Check.objects.get().person == held.enrolment.person

    def test_only_until_its_last_day_and_the_award_for_ever(self, client, judges, held, day):
        award, accreditation = (held.credentials.get(kind=kind).token for kind in KINDS)
        day.move_to(scene.at(held.valid_until).timestamp())
        assert judges.why_not(accreditation) == NOTHING
        day.move_to(scene.at(held.valid_until + timedelta(days=1)).timestamp())
        assert judges.why_not(accreditation) == {
            "openbadgeslib": "Credential has expired",
            "jose": "ERR_JWT_EXPIRED",
        }
        assert judges.why_not(award) == NOTHING and ours(accreditation) == claims_of(accreditation)
        before, said = everything(), looked_at(client, accreditation)
        assert (
            "We issued this and it is unchanged, but its term ran out. It was valid until Thursday 19 July 2029"
            in said
        )
        assert changed_since(before) == {Check._meta.db_table}


# ---- tampered ----

CHANGED = "It was changed after it was signed."
PARTS = "This is not a signed credential: it does not have the three parts that one has."
UNREADABLE = "This is not a signed credential: its parts cannot be read."
ANOTHER_WAY = "It is not signed in the way we sign, so it is not ours."
ANOTHER_KEY = "It was not signed with a key of ours."
OWN_KEY = "It names a key or an address of its own, and none of ours does."
NEITHER = "This is neither a badge picture nor a signed credential."


def edited(part=0, **changes):
    def edit(token, jwk):
        parts = list(opened(token))
        parts[part] = {**parts[part], **changes}
        return closed(*parts)

    return edit


def another_signs(**header):
    """A stranger's good signature over our claims; None takes a line of the header away."""

    def sign(token, jwk):
        named = {
            **opened(token)[0],
            **{name: value(jwk) if callable(value) else value for name, value in header.items()},
        }
        return by_stranger(
            {name: value for name, value in named.items() if value is not None}, claims_of(token)
        )

    return sign


def instead(content: bytes, part=1):
    def put(token, jwk):
        parts = token.split(".")
        parts[part] = packed(content)
        return ".".join(parts)

    return put


def strangers_jwk(jwk=None):
    numbers = stranger().public_key().public_numbers()
    return {"kty": "RSA", "n": packed(numbers.n.to_bytes(256, "big")), "e": "AQAB"}


DEEP = b"[" * 40_000 + b"]" * 40_000
TAMPERED = {
    "a claim is changed": (edited(1, validUntil="2099-01-01T00:00:00Z", exp=4070908800), CHANGED),
    "its end is cut off": (lambda token, jwk: token[:-40], CHANGED),
    "one letter of its signature is left": (
        lambda token, jwk: token[: token.rindex(".") + 2],
        CHANGED,
    ),
    "its signature is cut off": (lambda token, jwk: token.rpartition(".")[0], PARTS),
    "its two dots are missing": (lambda token, jwk: token.replace(".", ""), PARTS),
    "nothing but its dots is left": (lambda token, jwk: "..", PARTS),
    "no signature is needed": (
        lambda token, jwk: closed({**opened(token)[0], "alg": "none"}, claims_of(token)),
        PARTS,
    ),
    "no signature is needed and one is there": (edited(alg="none"), ANOTHER_WAY),
    "our public key as a secret, PEM": (
        lambda token, jwk: with_our_public_key(pem_of(jwk), token),
        ANOTHER_WAY,
    ),
    "our public key as a secret, JWK": (
        lambda token, jwk: with_our_public_key(json.dumps(jwk).encode(), token),
        ANOTHER_WAY,
    ),
    "our public key as a secret, its number": (
        lambda token, jwk: with_our_public_key(raw(jwk["n"]), token),
        ANOTHER_WAY,
    ),
    "another key is named": (edited(kid="another"), ANOTHER_KEY),
    "another installation signed it": (
        another_signs(kid="d2hhdCBhbm90aGVyIHNpdGUgY2FsbHMgaXRzIGtleQ"),
        ANOTHER_KEY,
    ),
    "another signed it and named no key": (another_signs(kid=None), ANOTHER_KEY),
    "another signed it in our key's name": (another_signs(), CHANGED),
    "it brings a key of its own": (another_signs(jwk=strangers_jwk), OWN_KEY),
    "it says where its key is": (another_signs(jku="https://elsewhere.example/jwks.json"), OWN_KEY),
    "it brings a certificate": (another_signs(x5c=["MIIB"]), OWN_KEY),
    "it is huge": (instead(b"a" * 200_000), PARTS),
    "its claims are nested deep": (instead(DEEP), UNREADABLE),
    "its header is nested deep": (instead(DEEP, part=0), UNREADABLE),
    "its claims are a list": (instead(b"[1]"), UNREADABLE),
    "its header is a number": (instead(b"7", part=0), UNREADABLE),
    "its claims are no JSON": (instead(b"{'a'"), UNREADABLE),
    "its claims are no text": (instead(b"\xff\xfe\x00"), UNREADABLE),
    "a letter beyond ASCII": (lambda token, jwk: token[:30] + "é" + token[30:], NEITHER),
    "bytes that are no letters": (lambda token, jwk: token.encode() + b"\xff\xfe", NEITHER),
}


OTHERS_SAY = {  # why we refuse it: how openbadgeslib's words begin, and jose's codes (docs/credentials.md)
    CHANGED: ("Invalid ", {"ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JWS_INVALID"}),
    ANOTHER_WAY: ("Algorithm ", {"ERR_JOSE_ALG_NOT_ALLOWED"}),
    ANOTHER_KEY: (
        "Invalid ",
        {"ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"},
    ),
    OWN_KEY: ("Invalid signature", {"ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}),
    NEITHER: ("Invalid JWT", {"ERR_JWS_INVALID"}),
}


def test_a_genuine_file_leads_to_the_check_and_tells_no_condition_of_today(client, held):
    """Of nobody: a page that told it of most people would mark those it does not tell it of."""
    scene.sanctioned(held.enrolment, "conditions", words="Works only with monthly supervision.")
    said = looked_at(client, held.credentials.get(kind="accreditation").token)
    assert (
        "Works only with monthly supervision." not in said
        and "does not say whether this person may act as an IMSA today" in said
    )


def test_what_was_brought_and_is_not_ours_is_noted_once_and_the_hub_sees_it(client, held):
    token = held.credentials.get(kind="accreditation").token
    bad = edited(alg="none")(token, None)
    for _ in range(2):
        looked_at(client, bad)
    looked_at(client, "hello")
    looked_at(client, token)
    noted = RefusedFile.objects.get()
    assert (noted.what, noted.why, noted.brought_by) == ("credential", ANOTHER_WAY, None)
    entry = Entry.objects.get(action="certificates.note_refused")
    assert entry.after == {"what": "credential", "why": ANOTHER_WAY} and held.number not in str(
        entry.after
    )
    page = scene.sign_in(client, scene.hub_officer()).get("/hub/").content.decode()
    assert "Brought to us, and not ours" in page and ANOTHER_WAY in html.unescape(page)


class TestTampered:
    @pytest.mark.parametrize("how", TAMPERED)
    def test_nobody_takes_it_and_our_page_says_why(self, client, judges, held, how):
        make, why = TAMPERED[how]
        token = held.credentials.get(kind="accreditation").token
        assert judges.why_not(token) == NOTHING and ours(token) == claims_of(token)
        bad = make(token, judges.jwks["keys"][0])
        assert bad != token
        refused = judges.why_not(bad.decode("utf-8", "replace") if isinstance(bad, bytes) else bad)
        words, codes_of_jose = OTHERS_SAY.get(
            why, (("Invalid ", "Algorithm "), {refused["jose"]} - {""})
        )
        assert refused["openbadgeslib"].startswith(words) and refused["jose"] in codes_of_jose, (
            refused
        )
        before = everything()
        assert ours(bad) == why
        said = looked_at(client, bad)
        begins = bad.lstrip()[:2] in (b"ey", "ey")
        assert (
            "Do not rely on this file. "
            if why == CHANGED
            else "We did not issue this. "
            if begins
            else "We cannot read this. "
        ) + why in said
        assert held.number not in said and changed_since(before) == set()

    def test_one_that_begins_tomorrow_is_taken_by_nobody_today(self, client, judges, held):
        header, claims, _ = opened(held.credentials.get(kind="award").token)
        tomorrow = NOON + timedelta(days=1)
        claims |= {
            "validFrom": tomorrow.strftime("%Y-%m-%dT11:00:00Z"),
            "nbf": int(tomorrow.timestamp()),
        }
        token = signed_by(keys.credential_key().sign, header, claims)
        refused = judges.why_not(token)
        assert (
            refused["jose"] == "ERR_JWT_CLAIM_VALIDATION_FAILED"
            and "not yet valid" in refused["openbadgeslib"]
        )
        before, said = everything(), looked_at(client, token)
        assert (
            "Do not rely on this credential. It says that it begins to hold on a day that has not come."
            in said
        )
        assert changed_since(before) == set()

    def test_one_with_our_signature_that_nobody_issued_is_not_genuine(self, client, judges, held):
        header, claims, _ = opened(held.credentials.get(kind="award").token)
        for changes in (
            {"id": f"{configured.SITE_URL}/credentials/{uuid.uuid4()}"},
            {"name": "Another name"},
        ):
            token = signed_by(keys.credential_key().sign, header, {**claims, **changes})
            before, said = everything(), looked_at(client, token)
            assert (
                "We never issued this. It carries our signature, but it is not a credential on our register."
                in said
            )
            assert changed_since(before) == set()

    def test_a_list_of_bits_is_not_taken_for_a_credential(self, client, judges, held):
        listed = client.get(
            f"/status/{held.credentials.get(kind='award').status_list_id}"
        ).content.decode()
        assert judges.jose(listed)[
            "holds"
        ] and "not an OpenBadgeCredential" in judges.openbadgeslib(listed)
        assert "We never issued this." in looked_at(client, listed)

    def test_what_is_pasted_is_read_as_a_file_is(self, client, held):
        token = held.credentials.get(kind="award").token
        for text, words in (
            (f"\n {token} \n", "We issued this credential"),
            (token + "é", NEITHER),
            (token[:-40], CHANGED),
        ):
            assert words in words_of(
                client.post("/certificates/verify/", {"text": text}, follow=True)
            )

    def test_a_key_named_with_half_a_letter_is_refused_and_no_fault(self, client, held):
        bad = edited(kid="\ud800")(held.credentials.get(kind="award").token, None)
        assert ANOTHER_KEY in looked_at(client, bad)

    @pytest.mark.both_engines
    def test_a_key_named_with_a_nought_byte_is_refused_and_no_fault(self, client, held):
        bad = edited(kid="a\0b")(held.credentials.get(kind="award").token, None)
        assert ANOTHER_KEY in looked_at(client, bad)

    @pytest.mark.parametrize("kid", [{"a": 1}, ["a"], 7, True, None, "k" * 5000])
    def test_a_key_named_with_what_is_no_name_is_refused_and_no_fault(self, client, held, kid):
        assert ANOTHER_KEY in looked_at(
            client, edited(kid=kid)(held.credentials.get(kind="award").token, None)
        )

    @pytest.mark.both_engines
    def test_the_address_of_a_key_with_a_nought_byte_is_not_found_and_no_fault(self, client):
        assert client.get("/keys/a%00b").status_code == 404


# ---- pictures and the PDF ----


def iTXt(keyword: bytes, text: bytes, compressed=False):
    body = (
        keyword
        + (b"\0\1\0\0\0" if compressed else b"\0\0\0\0\0")
        + (zlib.compress(text, 9) if compressed else text)
    )
    return (
        struct.pack(">I", len(body))
        + b"iTXt"
        + body
        + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    )


def png_with(*chunks):
    bare = drawing.badge_png(True)
    return bare[:-12] + b"".join(chunks) + bare[-12:]


def svg_with(token, before="", inside="", encoding="utf-8"):
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{inside}<openbadges:credential verify="{token}"/></svg>'
    ).encode()


NO_CREDENTIAL, NO_PICTURE = "The picture holds no credential.", "The picture cannot be read."


class TestPictures:
    def badge(self, client, held, kind, form):
        answer = client.get(f"/certificates/{held.number}/badges/{kind}.{form}")
        assert answer.status_code == 200
        return answer.content

    @pytest.mark.parametrize("kind", KINDS)
    def test_others_find_the_token_in_ours_and_take_it(self, client, judges, held, kind):
        token = held.credentials.get(kind=kind).token
        scene.sign_in(client, held.enrolment.person)
        png, svg = (self.badge(client, held, kind, form) for form in ("png", "svg"))
        assert self.badge(client, held, kind, "jwt").decode() == token
        assert (
            OB3Verifier.extract_token_from_png(png)
            == OB3Verifier.extract_token_from_svg(svg)
            == token
        )
        picture = Image.open(io.BytesIO(png))
        picture.load()
        assert picture.text["openbadgecredential"] == token and picture.size == (400, 400)
        inside = fromstring(svg).find("{https://purl.imsglobal.org/ob/v3p0}credential")
        assert inside.attrib == {"verify": token}
        for content in (png, svg):
            found = verify_badge(
                content, "3", pubkey_pem=judges.pem(), check_status=True, download=judges.download
            )
            assert found.valid and found.trusted, found.reason
            assert "We issued this credential, and it has not been changed." in looked_at(
                client, content
            )

    def test_a_badge_is_its_holders_and_the_registrys(self, client, held):
        address = f"/certificates/{held.number}/badges/award.png"
        assert client.get(address).status_code == 302
        scene.sign_in(client, scene.certified("B", "Other").enrolment.person)
        assert client.get(address).status_code == 404
        scene.sign_in(client, held.enrolment.person)
        for wrong in ("award.gif", "other.png"):
            assert client.get(f"/certificates/{held.number}/badges/{wrong}").status_code == 404

    def refused(self, client, content, why):
        before = everything()
        assert ours(content) == why
        assert (
            f"We cannot read this. {why}" in looked_at(client, content)
            and changed_since(before) == set()
        )

    def test_a_picture_without_a_credential(self, client, held):
        for bare in (
            drawing.badge_png(True),
            drawing.badge_svg(True).encode(),
            png_with(iTXt(b"openbadges", b"a.b.c")),
            svg_with(""),
            b"\x89PNG\r\n\x1a\n",
            png_with(iTXt(b"openbadgecredential", b"")[:20]),
        ):
            self.refused(client, bare, NO_CREDENTIAL)

    def test_a_cut_picture(self, client, held):
        scene.sign_in(client, held.enrolment.person)
        whole = self.badge(client, held, "award", "png")
        client.logout()
        for length in (60, len(whole) // 3):
            self.refused(client, whole[:length], NO_CREDENTIAL)
        for missing in (17, 100, 300):  # within the signature
            cut, before = whole[:-missing], everything()
            assert (
                isinstance(ours(cut), str)
                and CHANGED in looked_at(client, cut)
                and changed_since(before) == set()
            )
        self.refused(client, self.badge_cut(whole), PARTS)
        with pytest.raises(Exception, match="Could not parse PNG"):
            OB3Verifier.extract_token_from_png(whole[:-100])

    def badge_cut(self, whole):
        return whole[: whole.index(b"openbadgecredential") + 60]

    @pytest.mark.parametrize(
        "before",
        [
            "<!DOCTYPE svg>",
            '<!DOCTYPE svg SYSTEM "file:///etc/passwd">',
            '<!DOCTYPE svg [<!ENTITY t "token">]>',
            '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        ],
    )
    def test_a_drawing_that_defines_something(self, client, held, before):
        token = held.credentials.get(kind="award").token
        assert ours(svg_with(token)) == claims_of(token), "without it, it is taken"
        self.refused(client, svg_with(token, before), NO_PICTURE)
        self.refused(client, svg_with("&c;", before), NO_PICTURE)

    def test_a_drawing_that_is_broken_or_nested_deep(self, client, held):
        token = held.credentials.get(kind="award").token
        self.refused(client, svg_with(token)[:-10], NO_PICTURE)
        self.refused(client, svg_with(token, inside="&nobody;"), NO_PICTURE)
        deep = svg_with("a", inside="<g>" * 50_000 + "</g>" * 50_000)
        self.refused(client, deep, PARTS)

    def test_a_drawing_in_an_unknown_encoding(self, client, held):
        self.refused(client, svg_with("a.b.c", encoding="klingon"), NO_PICTURE)

    @pytest.mark.parametrize("more", ["é", "éé", "AAAA", "A"])
    def test_letters_more_in_the_signature_of_a_drawing(self, judges, held, more):
        token = held.credentials.get(kind="award").token
        assert ours(svg_with(token)) == claims_of(token) and ours(svg_with(token + more)) == CHANGED
        refused = judges.why_not(token + more)
        assert refused["openbadgeslib"] and refused["jose"]

    def test_a_small_chunk_that_unfolds_to_much_is_never_unfolded(self, client, held):
        bomb = png_with(iTXt(b"openbadgecredential", b"a" * 60_000_000, compressed=True))
        assert len(bomb) < 200_000
        with pytest.raises(OB3VerificationError, match="exceeds"):
            OB3Verifier.extract_token_from_png(bomb)
        tracemalloc.start()
        try:
            self.refused(client, bomb, NO_CREDENTIAL)
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()

    def test_the_certificates_file_holds_the_very_same_tokens(self, held, tmp_path):
        if not shutil.which("pdfdetach"):
            without("credentials: no pdfdetach (apt-get install poppler-utils)")
        (tmp_path / "c.pdf").write_bytes(files.read(held.file))
        subprocess.run(["pdfdetach", "-saveall", "c.pdf"], cwd=tmp_path, check=True, timeout=60)
        found = {place.name: place.read_text() for place in tmp_path.glob("*.jwt")}
        assert (
            found == {f"imsa-{c.kind}.jwt": c.token for c in held.credentials.all()}
            and len(found) == 2
        )


# ---- the lists of bits ----


def place_of(credential):
    return claims_of(credential.token)["credentialStatus"]


def bits_in(encoded) -> str:
    """W3C Bitstring Status List: multibase “u” (base64url without padding), GZIP, 16 KB or more, place 0 at the left."""
    assert encoded[0] == "u" and "=" not in encoded
    unfolded = gzip.decompress(raw(encoded[1:]))
    assert len(unfolded) >= 16 * 1024
    return f"{int.from_bytes(unfolded, 'big'):0{8 * len(unfolded)}b}"


class TestStatusLists:
    def listed(self, judges, credential):
        """The bits of a credential's list as it is handed out now, once both programs took its signature."""
        entry = place_of(credential)
        token = judges.download(entry["statusListCredential"]).decode()
        said = judges.jose(token)
        assert said["holds"] and said["claims"]["id"] == entry["statusListCredential"]
        subject = said["claims"]["credentialSubject"]
        assert (subject["type"], subject["statusPurpose"]) == (
            "BitstringStatusList",
            entry["statusPurpose"],
        )
        return bits_in(subject["encodedList"])

    def is_set(self, judges, credential):
        return self.listed(judges, credential)[int(place_of(credential)["statusListIndex"])] == "1"

    def status(self, judges, credential):
        return judges.openbadgeslib(credential.token, check_status=True)

    def test_a_suspension_sets_one_bit_and_a_restoration_clears_it(self, client, judges, held, day):
        other = scene.certified("B", "Other")
        award, accreditation = (held.credentials.get(kind=kind) for kind in KINDS)
        assert (
            "1" not in self.listed(judges, accreditation)
            and self.status(judges, accreditation) == ""
        )
        for kind in ("suspended", "restored", "withdrawn"):
            scene.sanctioned(held.enrolment, kind)
            day.shift(configured.IMSA_STATUS_LIST_SECONDS + 1)
            bits, is_set = self.listed(judges, accreditation), self.is_set(judges, accreditation)
            assert is_set == (kind != "restored") and bits.count("1") == is_set, kind
            assert ("suspension" in self.status(judges, accreditation)) == is_set
        assert not self.is_set(judges, award) and self.status(judges, award) == "", (
            "an award is for ever"
        )
        assert self.status(judges, other.credentials.get(kind="accreditation")) == ""

    def test_a_post_that_ended_sets_it_with_nobody_doing_anything(self, judges, held, day):
        accreditation = held.credentials.get(kind="accreditation")
        scene.end(held.register_line, TODAY)
        assert not self.is_set(judges, accreditation), "the last day counts"
        day.shift(24 * 3600)
        assert self.is_set(judges, accreditation)

    def test_a_list_is_signed_again_only_when_it_is_old(self, client, judges, held, day):
        address = f"/status/{held.credentials.get(kind='accreditation').status_list_id}"
        first = client.get(address).content
        scene.sanctioned(held.enrolment, "suspended")
        day.shift(configured.IMSA_STATUS_LIST_SECONDS - 5)
        before = everything()
        assert client.get(address).content == first and changed_since(before) == set()
        day.shift(10)
        assert client.get(address).content != first and changed_since(before) == {
            StatusList._meta.db_table
        }

    def test_a_replaced_certificates_accreditation_is_set_and_the_new_ones_is_not(
        self, client, judges, held, day
    ):
        old, award = held.credentials.get(kind="accreditation"), held.credentials.get(kind="award")
        new = issue_again(held.enrolment, "again", by=scene.registrar()).credentials.get()
        day.shift(configured.IMSA_STATUS_LIST_SECONDS + 1)
        assert (new.kind, place_of(new) == place_of(old)) == ("accreditation", False)
        assert [self.is_set(judges, c) for c in (old, new, award)] == [True, False, False]
        assert "has not been changed" in looked_at(
            client, old.token
        ) and "has not been changed" in looked_at(client, new.token)

    def test_an_award_is_set_only_by_revoking_it_and_at_once(self, client, judges, held):
        award = held.credentials.get(kind="award")
        assert not self.is_set(judges, award)
        revoke(award, "PRIVATE: someone else’s award", by=scene.registrar())
        assert self.is_set(judges, award) and self.listed(judges, award).count("1") == 1
        assert "revocation" in self.status(judges, award)
        assert "PRIVATE" not in judges.download(place_of(award)["statusListCredential"]).decode()
        assert "We issued this credential, and revoked it later." in looked_at(client, award.token)
        page = words_of(client.get(f"/credentials/{award.uid}", headers={"accept": "text/html"}))
        assert "This credential was revoked. Do not rely on it." in page and "PRIVATE" not in page

    def test_places_are_unique_and_tell_nothing_about_when(self):
        with codes.predictable("places"):
            held = [scene.certified("N", f"Name{chr(97 + n)}") for n in range(6)]
        for kind in KINDS:
            rows = [c.credentials.get(kind=kind) for c in held]
            places = [int(place_of(row)["statusListIndex"]) for row in rows]
            assert len(set(places)) == 6 and len({row.status_list_id for row in rows}) == 1
            steps = {b - a for a, b in zip(places, places[1:], strict=False)}
            assert (
                places != sorted(places)
                and places != sorted(places, reverse=True)
                and len(steps) == 5
            )
            assert places == [row.status_index for row in rows] and max(places) < StatusList.LENGTH

    def test_a_place_that_is_taken_is_not_given_twice(self, held):
        listed = held.credentials.get(kind="award").status_list
        with codes.predictable("one place"):
            first = free_place(listed)
        Credential.objects.create(
            kind="award",
            certificate=held,
            status_list=listed,
            status_index=first,
            token="x",
            key_id="x",
        )
        with codes.predictable("one place"):
            assert free_place(listed) != first

    def test_a_list_that_is_half_full_is_followed_by_another(self, held):
        listed = held.credentials.get(kind="award").status_list
        assert list_with_room("revocation") == listed
        StatusList.objects.filter(pk=listed.pk).update(taken=FULL)
        assert list_with_room("revocation") != listed and list_with_room(
            "revocation"
        ) == list_with_room("revocation")


# ---- the addresses ----


class TestAddresses:
    @pytest.fixture
    def addresses(self, held):
        """Address: (content type, questions to the database)."""
        award, accreditation = (held.credentials.get(kind=kind) for kind in KINDS)
        jwt, plain = "application/vc+jwt", "application/json"
        return {
            "/issuer": (plain, 0),
            "/.well-known/jwks.json": (plain, 1),
            f"/keys/{award.key_id}": (plain, 1),
            f"/credentials/{award.uid}": (jwt, 1),
            f"/credentials/{accreditation.uid}": (jwt, 1),
            "/achievements/award": (plain, 0),
            "/achievements/accreditation": (plain, 0),
            "/achievements/award/picture.png": ("image/png", 0),
            "/achievements/accreditation/picture.png": ("image/png", 0),
            f"/status/{award.status_list_id}": (jwt, 1),
            f"/status/{accreditation.status_list_id}": (jwt, 1),
        }

    def test_programs_elsewhere_may_read_them_and_they_name_nobody(
        self, client, addresses, django_assert_num_queries
    ):
        for address in addresses:
            client.get(address)  # a list is signed when it is first asked for
        for address, (kind, questions) in addresses.items():
            before = everything()
            with django_assert_num_queries(questions):
                answer = client.get(address)
            assert (
                answer.status_code,
                answer["Content-Type"],
                answer["Access-Control-Allow-Origin"],
            ) == (200, kind, "*"), address
            assert "Set-Cookie" not in answer and changed_since(before) == set(), address
            text = answer.content.decode("latin-1")
            shown = text + json.dumps(claims_of(text)) if kind == "application/vc+jwt" else text
            for secret in (*SECRETS, "Harbour"):
                assert secret.lower() not in shown.lower(), (address, secret)
            assert client.post(address).status_code == 405

    def test_a_list_that_is_old_is_made_with_a_fixed_number_of_questions(
        self, client, held, day, django_assert_num_queries
    ):
        award, accreditation = (held.credentials.get(kind=kind) for kind in KINDS)
        for more in range(2):
            for n in range(3 * more):
                scene.certified("N", f"More{chr(97 + n)}")
            for credential, questions in ((award, 7), (accreditation, 8)):
                client.get(f"/status/{credential.status_list_id}")
                day.shift(configured.IMSA_STATUS_LIST_SECONDS + 1)
                with django_assert_num_queries(questions):
                    client.get(f"/status/{credential.status_list_id}")

    def test_they_lead_to_each_other(self, client, held):
        for kind in KINDS:
            credential = held.credentials.get(kind=kind)
            header, claims, _ = opened(credential.token)
            assert client.get(urlsplit(claims["id"]).path).content.decode() == credential.token
            issuer = client.get(urlsplit(claims["issuer"]["id"]).path).json()
            assert {name: issuer[name] for name in claims["issuer"]} == claims["issuer"]
            achieved = claims["credentialSubject"]["achievement"]
            shown = client.get(urlsplit(achieved["id"]).path).json()
            assert {**shown, "criteria": 0, "@context": 0} == {
                **achieved,
                "criteria": 0,
                "@context": 0,
            }
            assert client.get(urlsplit(achieved["image"]["id"]).path)["Content-Type"] == "image/png"
            key = client.get(f"/keys/{header['kid']}").json()
            assert (
                key in client.get("/.well-known/jwks.json").json()["keys"]
                and key["iss"] == issuer["id"]
            )
            assert set(key) == {"kty", "n", "e", "kid", "alg", "use", "iss"}, (
                "the public half and nothing else"
            )

    def test_a_persons_browser_gets_a_page(self, client, held, django_assert_num_queries):
        award, accreditation = (held.credentials.get(kind=kind) for kind in KINDS)
        for credential, questions in ((award, 1), (accreditation, 1)):
            before = everything()
            with django_assert_num_queries(questions):
                page = client.get(
                    f"/credentials/{credential.uid}", headers={"accept": "text/html,*/*;q=0.8"}
                )
            said = words_of(page)
            assert (
                page["Content-Type"].startswith("text/html")
                and page["X-Robots-Tag"] == "noindex, nofollow"
            )
            told = (
                "This credential holds on Monday 20 July 2026."
                if credential == award
                else "We issued this credential. It does not say whether its holder may act"
            )
            assert told in said and "A credential names no one." in said
            for secret in (*SECRETS, held.number):
                assert secret.lower() not in said.lower()
            assert changed_since(before) == set()
        for kind in KINDS:
            page = client.get(f"/achievements/{kind}", headers={"accept": "text/html"})
            assert page["Content-Type"].startswith("text/html") and "What it takes" in words_of(
                page
            )

    def test_a_cache_keeps_the_page_and_the_programs_answer_apart(self, client):
        for accept in ("application/json", "text/html"):
            assert "Accept" in client.get("/achievements/award", headers={"accept": accept}).get(
                "Vary", ""
            ).replace("Accept-Encoding", "")

    def test_a_page_that_greets_its_reader_is_not_public(self, client, held):
        page = scene.sign_in(client, held.enrolment.person).get(
            "/achievements/award", headers={"accept": "text/html"}
        )
        assert "Zenobia" in page.content.decode() and "public" not in page["Cache-Control"]

    def test_what_is_not_there_is_not_found(self, client, held):
        before = everything()
        for address in (
            "/keys/nothing",
            f"/keys/{held.key_id}",
            f"/credentials/{uuid.uuid4()}",
            "/credentials/none",
            "/achievements/other",
            "/achievements/other/picture.png",
            "/status/999999",
            "/status/0",
            "/status/99999999999999999999",
            "/status/x",
        ):
            for accept in ("*/*", "text/html"):
                assert (
                    client.get(address, headers={"accept": accept}, follow=True).status_code == 404
                ), address
        assert changed_since(before) == set()


# ---- receipts ----


class TestReceipts:
    @pytest.fixture
    def answered(self, held):
        return answer_check(held.number, "Quackenbush", purpose="work", why="They begin on Monday")

    def receipt(self, client, answered):
        answer = client.get(f"/check/answers/{answered.receipt}/receipt.jwt")
        assert (
            answer["Content-Type"] == "application/jwt"
            and answer["X-Robots-Tag"] == "noindex, nofollow"
        )
        return answer.content.decode()

    def read(self, client, text):
        return words_of(client.post("/receipts/", {"pasted": text}, follow=True))

    def refused(self, client, text, title, why):
        before = everything()
        said = self.read(client, text)
        assert f"{title} {why}" in said and changed_since(before) == set()
        assert "Quackenbush" not in said and "Accredited" not in said, (
            "what was never answered is not shown"
        )

    def test_another_program_reads_in_it_what_was_answered(self, client, judges, held, answered):
        said = judges.jose(self.receipt(client, answered))
        assert said["holds"] and said["claims"]["jti"] == answered.receipt
        assert said["claims"]["asked"] == {
            "number": held.number,
            "family_name": "Quackenbush",
            "on": "2026-07-20",
        }
        assert (
            said["claims"]["answer"]["code"] == "accredited"
            and said["claims"]["answer"]["label"] == "Accredited"
        )
        for secret in ("Zenobia", "kestrel", "begin on Monday", "IMSA-"):
            assert secret not in json.dumps(said["claims"])

    def test_ours_is_ours_and_says_the_day_it_is_about(self, client, held, answered, day):
        text = self.receipt(client, answered)
        scene.sanctioned(held.enrolment, "suspended")
        day.shift(30 * 24 * 3600)
        before = everything()
        for given in (text, f"  {text[:70]}\n{text[70:]}\n"):
            said = self.read(client, given)
            assert "We gave this answer, and the receipt is unchanged. It was given on" in said
            assert "about Monday 20 July 2026. It does not say what is true today." in said
            assert "Accredited" in said and held.number in said and "Suspended" not in said
        assert changed_since(before) == set()
        sent = client.post(
            "/receipts/", {"file": SimpleUploadedFile("receipt.jwt", text.encode())}, follow=True
        )
        assert "the receipt is unchanged" in words_of(sent)

    def test_an_edited_one(self, client, judges, answered):
        text = self.receipt(client, answered)
        header, claims, signature = opened(text)
        edit = closed(
            header, {**claims, "answer": {**claims["answer"], "code": "withdrawn"}}, signature
        )
        assert judges.jose(edit)["why"] == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
        self.refused(client, edit, "Do not rely on this receipt.", CHANGED)
        self.refused(client, text[:-40], "Do not rely on this receipt.", CHANGED)

    def test_one_of_another_installation(self, client, judges, answered):
        header, claims, _ = opened(self.receipt(client, answered))
        theirs = by_stranger({**header, "kid": "another-installation"}, claims)
        assert judges.jose(theirs)["why"] == "ERR_JWKS_NO_MATCHING_KEY"
        self.refused(client, theirs, "Do not rely on this receipt.", ANOTHER_KEY)

    def test_one_that_we_signed_and_did_not_keep(self, client, judges, held):
        with transaction.atomic():
            text = receipt_of(answer_check(held.number, "Quackenbush"), keys.credential_key())
            transaction.set_rollback(True)
        assert judges.jose(text)["holds"]
        self.refused(
            client,
            text,
            "We cannot find this receipt.",
            "It is signed by us, but we kept no such answer.",
        )

    def test_one_that_we_signed_and_answered_otherwise(self, client, answered):
        header, claims, _ = opened(self.receipt(client, answered))
        for changes in (
            {"answer": {**claims["answer"], "code": "withdrawn"}},
            {"asked": {**claims["asked"], "family_name": "Other"}},
            {"asked": {**claims["asked"], "by": "Kestrel Refuge"}},
        ):
            text = signed_by(keys.credential_key().sign, header, {**claims, **changes})
            self.refused(
                client,
                text,
                "We cannot find this receipt.",
                "It is signed by us, but we kept no such answer.",
            )

    def test_a_credential_or_a_list_given_as_a_receipt(self, client, held):
        award = held.credentials.get(kind="award")
        for text in (award.token, client.get(f"/status/{award.status_list_id}").content.decode()):
            self.refused(
                client, text, "This is not a receipt.", "It is signed by us, but it is no receipt."
            )

    def test_a_receipt_given_as_a_certificate(self, client, answered):
        text, before = self.receipt(client, answered), everything()
        assert (
            "This is a receipt of an answer, not a certificate." in looked_at(client, text)
            and changed_since(before) == set()
        )

    def test_nonsense_nothing_and_too_much(self, client):
        self.refused(
            client, "hello", "Do not rely on this receipt.", PARTS.replace("credential", "receipt")
        )
        self.refused(
            client,
            "é.é.é",
            "Do not rely on this receipt.",
            UNREADABLE.replace("credential", "receipt"),
        )
        assert "Choose the file of a receipt, or paste one." in self.read(client, " ")
        large = client.post(
            "/receipts/",
            {"file": SimpleUploadedFile("r.jwt", b"a" * (1024 * 1024 + 1))},
            follow=True,
        )
        assert "larger than 1 MB, and no receipt of ours is" in words_of(large)

    def test_an_organisations_receipt_says_who_asked(self, client, judges, held):
        contact = scene.contact(scene.organisation("KESTREL"))
        answered = answer_check(
            held.number,
            "Quackenbush",
            by=contact,
            organisation=scene.organisation("KESTREL"),
            purpose="work",
        )
        text = self.receipt(client, answered)
        assert judges.jose(text)["claims"]["asked"][
            "by"
        ] == "Kestrel Refuge" and "Pritchard" not in json.dumps(claims_of(text))
        assert "the receipt is unchanged" in self.read(client, text)

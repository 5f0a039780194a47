"""Wherever a key is kept, what it signs holds; what an older key signed stays ours; and a key that is no good signs nothing."""

import io
import os
import re
import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pkcs11
import pytest
import time_machine
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import transaction
from openbadgeslib.ob3 import OB3Verifier
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.actions import answer_check, issue, issue_again
from certificates.models import Certificate, Credential, PublicKey
from certificates.signing import keys
from certificates.signing import pdf as signing
from certificates.signing.receipts import receipt_of
from lms.kit import files
from lms.kit.checks import signing_key
from lms.kit.refusals import Refused
from tests.conftest import dev

from . import scene
from .scene import TODAY
from .test_credentials import (
    changed_since,
    claims_of,
    everything,
    kid_of,
    looked_at,
    pem_of,
    without,
    words_of,
)

pytestmark = pytest.mark.django_db
SOFTHSM = next(
    (
        place
        for place in map(
            Path,
            (
                "/usr/lib/softhsm/libsofthsm2.so",
                "/usr/lib64/softhsm/libsofthsm.so",
                "/usr/lib64/pkcs11/libsofthsm2.so",
                "/usr/local/lib/softhsm/libsofthsm2.so",
                "/opt/homebrew/lib/softhsm/libsofthsm2.so",
            ),
        )
        if place.exists()
    ),
    None,
)
NOT_RSA = (
    "Credentials are signed with an RSA key. Set IMSA_CREDENTIAL_KEY to one (2048 bits or more)."
)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(scene.at(TODAY).timestamp()) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def real(settings, tmp_path):
    """An installation for real people, with no key yet; files and keys below this test's own folder."""
    settings.DEMONSTRATION = False
    settings.SITE_URL = "https://imsa.example"
    settings.KEYS_ROOT, settings.PRIVATE_ROOT = tmp_path / "keys", tmp_path / "private"
    return settings


# ---- keys and certificates by hand, without our own code ----


@lru_cache
def secret(kind, name="first"):
    """`kind` is ec or a number of RSA bits; the same again for the same name."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=kind)
    )


def pem_text(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def certificate(
    subject, public, issuer, issuer_key, *, is_authority=False, ends=datetime(2036, 1, 1), use=None
):
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if use:
        built = built.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    return built.sign(issuer_key, hashes.SHA256())


@dataclass
class Chain:
    """The certificate of a key and the university's authority that signed it."""

    leaf: x509.Certificate
    root: x509.Certificate

    @property
    def text(self) -> str:
        return b"".join(
            one.public_bytes(serialization.Encoding.PEM) for one in (self.leaf, self.root)
        ).decode()

    @property
    def kid(self):
        return self.leaf.fingerprint(hashes.SHA256()).hex()


def chain_for(public, by="A university", **asked) -> Chain:
    authority = secret("ec", by)
    root = certificate(by, authority.public_key(), by, authority, is_authority=True)
    return Chain(certificate("IMSA certificates", public, by, authority, **asked), root)


def asn1(one: x509.Certificate):
    return asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER))


def given(
    settings, tmp_path, *, signing=None, chain=None, credential=None, where="file", name="key"
):
    """Set the keys, as files or as the text itself."""
    for setting, text in (
        ("IMSA_SIGNING_KEY", signing and pem_text(signing)),
        ("IMSA_SIGNING_CERT", chain and chain.text),
        ("IMSA_CREDENTIAL_KEY", credential and pem_text(credential)),
    ):
        if text and where == "file":
            place = tmp_path / f"{name}-{setting}.pem"
            place.write_text(text)
            text = str(place)
        setattr(settings, setting, text or "")


def issued(*args, **names) -> Certificate:
    return issue(scene.ready(*args, **names), by=scene.registrar())


def pyhankos(pdf, root=None, time_root=None):
    """pyHanko's own verdict, which trusts this authority and nothing of ours."""
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    assert len(embedded) == 1
    trusted, times = (
        ValidationContext(trust_roots=[asn1(one)] if one else [], allow_fetching=False)
        for one in (root, time_root)
    )
    return validate_pdf_signature(
        embedded[0], signer_validation_context=trusted, ts_validation_context=times
    )


def holds_for_others(held, chain, credential_public):
    """The file for pyHanko and each credential for openbadgeslib, with the keys this test made."""
    status = pyhankos(files.read(held.file), chain.root)
    assert status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert not pyhankos(files.read(held.file), None).trusted
    assert held.key_id == chain.kid and signing.verify(files.read(held.file)).holds
    for credential in held.credentials.all():
        OB3Verifier(pubkey_pem=credential_public).verify(credential.token)


def jwks(client):
    return client.get("/.well-known/jwks.json", secure=True).json()["keys"]


class TestFromFilesAndFromText:
    @pytest.mark.parametrize("where", ["file", "text"])
    @pytest.mark.parametrize("kind", ["ec", 2048])
    def test_what_they_sign_holds_for_others(self, client, real, tmp_path, where, kind):
        chain = chain_for(secret(kind).public_key())
        given(
            real,
            tmp_path,
            signing=secret(kind),
            chain=chain,
            credential=secret(2048, "credential"),
            where=where,
        )
        assert signing_key(None) == []
        held = issued()
        holds_for_others(held, chain, public_pem(secret(2048, "credential")))
        (shown,) = jwks(client)
        assert pem_of(shown) == public_pem(secret(2048, "credential")) and set(shown) == {
            "kty",
            "n",
            "e",
            "kid",
            "alg",
            "use",
            "iss",
        }
        assert shown["iss"] == "https://imsa.example/issuer" and {
            c.key_id for c in held.credentials.all()
        } == {shown["kid"]}
        assert set(PublicKey.objects.values_list("use", "kid")) == {
            ("certificate", chain.kid),
            ("credential", shown["kid"]),
        }
        assert not real.KEYS_ROOT.exists(), "it made no key of its own"

    def test_one_rsa_key_may_do_both(self, client, real, tmp_path):
        chain = chain_for(secret(2048).public_key())
        given(real, tmp_path, signing=secret(2048), chain=chain)
        assert signing_key(None) == []
        holds_for_others(issued(), chain, public_pem(secret(2048)))
        assert [pem_of(shown) for shown in jwks(client)] == [public_pem(secret(2048))]

    @pytest.mark.parametrize("credential", [None, "ec"])
    def test_a_credential_key_that_is_not_rsa_is_refused_in_words(
        self, client, real, tmp_path, credential
    ):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=credential and secret("ec", "other"),
        )
        enrolment, by = scene.ready(), scene.registrar()
        with pytest.raises(Refused, match=re.escape(NOT_RSA)):
            keys.credential_key()
        real.DEMONSTRATION = True  # a sign-in without a second factor
        scene.sign_in(client, by)
        before = everything()
        answer = client.post(f"/registry/issue/{enrolment.pk}/")
        assert (
            answer.status_code == 503
            and NOT_RSA in words_of(answer)
            and changed_since(before) == set()
        )

    def test_no_key_at_all_is_refused_in_words(self, real):
        enrolment, by = scene.ready(), scene.registrar()
        before = everything()
        with pytest.raises(
            Refused, match="This site has no signing key, so it can issue no certificate."
        ):
            issue(enrolment, by=by)
        assert changed_since(before) == set() and not real.KEYS_ROOT.exists()


class TestWhatWouldNotHold:
    """A key with which nothing that is signed would hold: nothing is signed then, and somebody is told."""

    def nothing_is_issued(self):
        enrolment, by = scene.ready(), scene.registrar()
        before = everything()
        with pytest.raises(Refused):
            issue(enrolment, by=by)
        assert changed_since(before) == set()

    def test_the_key_is_not_the_certificates(self, real, tmp_path):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec", "other").public_key()),
            credential=secret(2048),
        )
        self.nothing_is_issued()

    def test_the_certificate_ran_out(self, real, tmp_path):
        chain = chain_for(secret("ec").public_key(), ends=datetime(2026, 7, 1))
        given(real, tmp_path, signing=secret("ec"), chain=chain, credential=secret(2048))
        self.nothing_is_issued()

    def test_the_credential_key_is_too_short(self, real, tmp_path):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(1024),
        )
        self.nothing_is_issued()

    @pytest.mark.parametrize("setting", ["IMSA_SIGNING_KEY", "IMSA_CREDENTIAL_KEY"])
    def test_the_file_holds_no_key(self, real, tmp_path, setting):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048),
        )
        Path(getattr(real, setting)).write_text("hello")
        self.nothing_is_issued()


# ---- a PKCS#11 token ----


@pytest.fixture
def token(real, tmp_path, monkeypatch):
    """A SoftHSM2 token of this test's own: put(label, key) lays a key on it."""
    if not SOFTHSM or not shutil.which("softhsm2-util"):
        without("keys: no SoftHSM2 (apt-get install softhsm2)")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))

    def util(*args):
        subprocess.run(["softhsm2-util", *args], check=True, capture_output=True, timeout=60)

    def put(label, key):
        place = tmp_path / f"{label}.pem"
        place.write_text(pem_text(key))
        number = "01" if label == "certificate" else "02"
        util(
            "--import",
            str(place),
            "--token",
            "imsa",
            "--label",
            label,
            "--id",
            number,
            "--pin",
            "24680",
        )
        place.unlink()

    util("--init-token", "--free", "--label", "imsa", "--pin", "24680", "--so-pin", "13579")
    real.IMSA_PKCS11, real.IMSA_PKCS11_PIN = f"{SOFTHSM};imsa", "24680"
    yield put
    begun_anew()
    pkcs11.unload(str(SOFTHSM))


def begun_anew():
    """As after a new start: no key is kept in memory, and no token is open."""
    for kept in (*vars(keys).values(), *vars(signing).values()):
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
    keys._remembered.clear()
    if str(SOFTHSM) in pkcs11._loaded:
        pkcs11.lib(str(SOFTHSM)).finalize()


class TestToken:
    def ready(self, real, token, kind):
        chain = chain_for(secret(kind).public_key())
        real.IMSA_SIGNING_CERT = chain.text
        token("certificate", secret(kind))
        token("credential", secret(2048, "credential"))
        assert signing_key(None) == []
        return chain

    @pytest.mark.parametrize("kind", ["ec", 2048])
    def test_a_certificate_and_its_credentials(self, client, real, token, kind):
        chain = self.ready(real, token, kind)
        holds_for_others(issued(), chain, public_pem(secret(2048, "credential")))
        assert [pem_of(shown) for shown in jwks(client)] == [public_pem(secret(2048, "credential"))]
        assert not real.KEYS_ROOT.exists() and not list(Path(real.PRIVATE_ROOT).rglob("*.key"))

    @pytest.mark.parametrize("kind", ["ec", 2048])
    def test_each_key_after_a_new_start(self, real, token, kind):
        chain = self.ready(real, token, kind)
        key = keys.certificate_key()
        assert (key.kid, key.algorithm) == (chain.kid, "ES256" if kind == "ec" else "RS256")
        check_signature(secret(kind).public_key(), key.sign(b"words"), b"words")
        begun_anew()
        key = keys.credential_key()
        assert pem_of(key.jwk) == public_pem(secret(2048, "credential"))
        check_signature(secret(2048, "credential").public_key(), key.sign(b"words"), b"words")

    def test_many_at_once(self, real, token):
        """The site serves with threads, and a PKCS#11 session does one thing at a time."""
        self.ready(real, token, "ec")
        key, public, wrong = keys.credential_key(), secret(2048, "credential").public_key(), []

        def work(who):
            for n in range(10):
                text = f"{who} {n}".encode()
                try:
                    check_signature(public, key.sign(text), text)
                except Exception as fault:
                    wrong.append(repr(fault))

        workers = [threading.Thread(target=work, args=(who,)) for who in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert wrong == []

    def test_a_credential_key_on_the_token_that_is_not_rsa(self, real, token):
        real.IMSA_SIGNING_CERT = chain_for(secret("ec").public_key()).text
        token("credential", secret("ec"))
        with pytest.raises(Refused, match=re.escape(NOT_RSA)):
            keys.credential_key()

    def without_token(self, real, token, how):
        self.ready(real, token, "ec")
        if how == "another PIN":
            real.IMSA_PKCS11_PIN = "97531"
        else:
            real.IMSA_PKCS11 = f"{SOFTHSM};not-plugged-in"

    @pytest.mark.parametrize("how", ["another PIN", "no such token"])
    def test_when_it_does_not_open_there_is_no_certificate(self, real, token, how):
        self.without_token(real, token, how)
        enrolment, by = scene.ready(), scene.registrar()
        before = everything()
        with pytest.raises(Refused):
            issue(enrolment, by=by)
        assert changed_since(before) == set()

    @pytest.mark.parametrize("how", ["another PIN", "no such token"])
    def test_and_the_registry_reads_that_it_does_not_open(self, client, real, token, how):
        self.without_token(real, token, how)
        enrolment = scene.ready()
        real.DEMONSTRATION = True
        scene.sign_in(client, scene.registrar())
        answer = client.post(f"/registry/issue/{enrolment.pk}/")
        assert (
            answer.status_code == 503
            and "PIN" not in words_of(answer)
            and not Certificate.objects.exists()
        )

    def test_the_worked_example_of_the_documentation(self, real, token, tmp_path, monkeypatch, day):
        """docs/credentials.md, its own commands, word for word."""
        if not shutil.which("openssl"):
            without("keys: no openssl (apt-get install openssl)")
        shown = (dev.ROOT / "docs" / "credentials.md").read_text()
        (commands,) = re.findall(r"```sh\n(# A rehearsal.*?)```", shown, re.S)
        folder = tmp_path / "example"
        folder.mkdir()
        env = {name: value for name, value in os.environ.items() if name != "SOFTHSM2_CONF"}
        ran = subprocess.run(
            ["bash", "-eu", "-c", commands],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert not list(folder.rglob("*.key")), "no key stays outside the token"
        monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        begun_anew()
        real.IMSA_PKCS11, real.IMSA_PKCS11_PIN, real.IMSA_SIGNING_CERT = (
            f"{SOFTHSM};imsa",
            "24680",
            str(folder / "chain.pem"),
        )
        assert signing_key(None) == []
        leaf, _ = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
        day.move_to(leaf.not_valid_before_utc + timedelta(hours=1))
        check_signature(leaf.public_key(), keys.certificate_key().sign(b"words"), b"words")
        begun_anew()
        assert keys.credential_key().algorithm == "RS256"


def check_signature(public, signature, text):
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise AssertionError("the signature does not hold") from None


# ---- rotation ----


class TestRotation:
    def test_what_an_older_key_signed_stays_ours(self, client, real, tmp_path, day):
        first = chain_for(secret("ec").public_key())
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=first,
            credential=secret(2048, "credential"),
            name="old",
        )
        old = issued("Zenobia", "Quackenbush")
        receipt = receipt_of(answer_check(old.number, "Quackenbush"), keys.credential_key())
        second = chain_for(secret("ec", "next").public_key(), "Another university")
        given(
            real,
            tmp_path,
            signing=secret("ec", "next"),
            chain=second,
            credential=secret(2048, "next"),
            name="new",
        )
        for place in tmp_path.glob("old-*"):
            place.unlink()
        begun_anew()
        day.shift(3600)
        new = issued("B", "Newer")

        holds_for_others(old, first, public_pem(secret(2048, "credential")))
        holds_for_others(new, second, public_pem(secret(2048, "next")))
        assert [pem_of(shown) for shown in jwks(client)] == [
            public_pem(secret(2048, name)) for name in ("next", "credential")
        ]
        for shown in jwks(client):
            assert client.get(f"/keys/{shown['kid']}").json() == shown
        real.DEMONSTRATION = True
        assert "We issued this file, and it has not been changed." in looked_at(
            client, files.read(old.file), "c.pdf"
        )
        for credential in old.credentials.all():
            assert "We issued this credential, and it has not been changed." in looked_at(
                client, credential.token
            )
        assert "the receipt is unchanged" in words_of(
            client.post("/receipts/", {"pasted": receipt}, follow=True)
        )
        assert (
            kid_of(receipt)
            == kid_of(old.credentials.first().token)
            != kid_of(new.credentials.first().token)
        )

    def test_a_certificate_replaced_under_a_new_key_carries_the_award_as_it_was_signed(
        self, real, tmp_path, day
    ):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048, "credential"),
        )
        old = issued()
        next_chain = chain_for(secret("ec", "next").public_key())
        given(
            real,
            tmp_path,
            signing=secret("ec", "next"),
            chain=next_chain,
            credential=secret(2048, "next"),
            name="new",
        )
        new = issue_again(old.enrolment, "again", by=scene.registrar())
        inside = signing.attachments_in(files.read(new.file))
        award, accreditation = Credential.objects.get(kind="award"), new.credentials.get()
        assert (
            inside["imsa-award.jwt"].decode() == award.token
            and inside["imsa-accreditation.jwt"].decode() == accreditation.token
        )
        OB3Verifier(pubkey_pem=public_pem(secret(2048, "credential"))).verify(award.token)
        OB3Verifier(pubkey_pem=public_pem(secret(2048, "next"))).verify(accreditation.token)
        assert new.key_id == next_chain.kid

    def test_the_lists_of_older_credentials_are_signed_with_the_newer_key(
        self, client, real, tmp_path
    ):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048, "credential"),
        )
        old = issued().credentials.get(kind="award")
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048, "next"),
            name="new",
        )
        listed = client.get(f"/status/{old.status_list_id}").content.decode()
        newest = jwks(client)[0]
        assert kid_of(listed) == newest["kid"] and pem_of(newest) == public_pem(
            secret(2048, "next")
        )
        assert claims_of(listed)["issuer"] == claims_of(old.token)["issuer"]

    def test_nothing_is_signed_by_a_key_nobody_remembers(self, client, real, tmp_path):
        """A key that comes back after its row was undone is written down again."""
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048, "credential"),
        )
        with transaction.atomic():
            kid = keys.credential_key().kid
            transaction.set_rollback(True)
        assert jwks(client) == [] and keys.credential_key().kid == kid
        assert [shown["kid"] for shown in jwks(client)] == [kid]


# ---- what an installation is told before it serves ----


class TestChecks:
    def told(self):
        return [error.id for error in signing_key(None)]

    def test_nothing_at_all(self, real):
        (error,) = signing_key(None)
        assert (
            error.id == "imsa.E001"
            and error.msg == "There is no signing key, so no certificate can be issued."
        )

    @pytest.mark.parametrize(
        "setting", ["IMSA_SIGNING_KEY", "IMSA_SIGNING_CERT", "IMSA_CREDENTIAL_KEY"]
    )
    def test_a_file_that_cannot_be_read(self, real, tmp_path, setting):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048),
        )
        assert self.told() == []
        for wrong in (str(tmp_path / "not-there.pem"), str(tmp_path)):
            setattr(real, setting, wrong)
            (error,) = signing_key(None)
            assert (
                error.id == "imsa.E002"
                and error.msg == f"{setting} names no file that can be read: “{wrong}”."
            )

    def test_a_certificate_that_is_none(self, real, tmp_path):
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=chain_for(secret("ec").public_key()),
            credential=secret(2048),
        )
        Path(real.IMSA_SIGNING_CERT).write_text("hello")
        assert self.told() == ["imsa.E002"]
        real.IMSA_SIGNING_CERT = ""
        assert self.told() == ["imsa.E002"]

    @pytest.mark.parametrize("as_text", [False, True])
    def test_a_demonstrations_own_key_outside_a_demonstration(self, real, as_text):
        real.DEMONSTRATION = True
        keys.certificate_key()  # the demonstration makes its own
        assert self.told() == []
        own = real.KEYS_ROOT / "own"
        real.DEMONSTRATION = False
        places = {
            "IMSA_SIGNING_KEY": own / "signing.key",
            "IMSA_SIGNING_CERT": own / "signing.pem",
            "IMSA_CREDENTIAL_KEY": own / "credential.key",
        }
        for setting, place in places.items():
            setattr(real, setting, place.read_text() if as_text else str(place))
        (error,) = signing_key(None)
        assert (
            error.id == "imsa.E004"
            and error.msg == "The signing key is one that a demonstration made for itself."
        )

    def test_a_token_that_is_not_told_whole(self, real, tmp_path):
        library = tmp_path / "library.so"
        library.write_bytes(b"")
        chain = chain_for(secret("ec").public_key()).text
        for named, certificate_text, told in (
            (f"{library};imsa", chain, []),
            (f"{library};", chain, ["imsa.E002"]),
            (str(library), chain, ["imsa.E002"]),
            (f"{tmp_path}/none.so;imsa", chain, ["imsa.E002"]),
            (f"{library};imsa", "", ["imsa.E002"]),
            (f"{library};imsa", str(tmp_path / "none.pem"), ["imsa.E002"]),
        ):
            real.IMSA_PKCS11, real.IMSA_SIGNING_CERT = named, certificate_text
            assert self.told() == told, (named, certificate_text)

    def test_a_demonstrations_certificate_beside_a_token(self, real, tmp_path):
        real.DEMONSTRATION = True
        keys.certificate_key()
        real.DEMONSTRATION = False
        library = tmp_path / "library.so"
        library.write_bytes(b"")
        real.IMSA_PKCS11, real.IMSA_SIGNING_CERT = (
            f"{library};imsa",
            str(real.KEYS_ROOT / "own" / "signing.pem"),
        )
        assert self.told() == ["imsa.E004"]


# ---- PAdES B-T ----


class TestTimeStamp:
    """A time-stamp service on this machine; pyHanko's own judges what it gave."""

    @pytest.fixture(autouse=True)
    def keys_given(self, real, tmp_path, monkeypatch):
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        self.chain = chain_for(secret("ec").public_key())
        given(
            real,
            tmp_path,
            signing=secret("ec"),
            chain=self.chain,
            credential=secret(2048, "credential"),
        )

    @pytest.fixture
    def serve(self, real):
        """serve(answer) starts a service; `answer` is what it makes of a question: (status, kind, content)."""
        started = []

        def start(answer):
            class Service(BaseHTTPRequestHandler):
                def do_POST(self):
                    status, kind, content = answer(
                        self.rfile.read(int(self.headers["Content-Length"]))
                    )
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

                def log_message(self, *args):
                    pass

            server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
            started.append(server)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            real.IMSA_TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"

        yield start
        for server in started:
            server.shutdown()
            server.server_close()

    def stamper(self):
        """An authority for time, and its stamper."""
        key = secret(2048, "time")
        root = certificate(
            "Time",
            secret("ec", "time root").public_key(),
            "Time",
            secret("ec", "time root"),
            is_authority=True,
        )
        leaf = certificate(
            "Stamps",
            key.public_key(),
            "Time",
            secret("ec", "time root"),
            use=ExtendedKeyUsageOID.TIME_STAMPING,
        )
        der = key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return DummyTimeStamper(asn1(leaf), asn1_keys.PrivateKeyInfo.load(der)), root

    def test_the_signature_carries_a_time_that_others_trust(self, serve, real):
        stamper, root = self.stamper()
        asked = []

        def answer(question):
            asked.append(tsp.TimeStampReq.load(question))
            return (
                200,
                "application/timestamp-reply",
                stamper.request_tsa_response(asked[-1]).dump(),
            )

        serve(answer)
        held = issued()
        status = pyhankos(files.read(held.file), self.chain.root, root)
        stamp = status.timestamp_validity
        assert stamp and stamp.intact and stamp.valid and stamp.trusted and status.bottom_line
        assert abs(stamp.timestamp - datetime.now(UTC)) < timedelta(minutes=1) and asked
        assert asked[-1]["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
        untrusted = pyhankos(files.read(held.file), self.chain.root, None)
        assert not untrusted.timestamp_validity.trusted
        assert signing.verify(files.read(held.file)).holds, (
            "we know no authority for time, and the file is ours all the same"
        )
        broken = bytearray(files.read(held.file))
        broken[len(broken) // 3] ^= 1
        assert not signing.verify(bytes(broken)).holds

    def test_without_a_service_it_carries_none(self):
        assert pyhankos(files.read(issued().file), self.chain.root).timestamp_validity is None

    def out_of_order(self, serve, real, how):
        stamper, _ = self.stamper()
        if how == "down":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                real.IMSA_TIMESTAMP_URL = f"http://127.0.0.1:{free.getsockname()[1]}/"
        elif how == "page":
            serve(lambda question: (503, "text/html", b"<h1>Back soon</h1>"))
        else:
            said = tsp.TimeStampResp(
                {"status": {"status": "rejection", "status_string": ["No more today"]}}
            )
            serve(lambda question: (200, "application/timestamp-reply", said.dump()))

    @pytest.mark.parametrize("how", ["down", "page", "refusal"])
    def test_when_it_gives_none_there_is_no_certificate(self, serve, real, how):
        self.out_of_order(serve, real, how)
        enrolment, by = scene.ready(), scene.registrar()
        before = everything()
        with pytest.raises(Refused):
            issue(enrolment, by=by)
        assert changed_since(before) == set() and not Certificate.objects.exists()

    @pytest.mark.parametrize("how", ["down", "page", "refusal"])
    def test_and_the_registry_reads_why(self, client, serve, real, how):
        self.out_of_order(serve, real, how)
        enrolment = scene.ready()
        real.DEMONSTRATION = True
        scene.sign_in(client, scene.registrar())
        answer = client.post(f"/registry/issue/{enrolment.pk}/")
        assert answer.status_code == 503 and "time-stamp" in words_of(answer)
        assert not Certificate.objects.exists()

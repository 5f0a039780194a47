"""What we sign, two unrelated programs accept; what was touched afterwards, both refuse."""

import io
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.document import drawing
from certificates.document.wording import BUILT_IN
from certificates.signing import keys as keeping
from certificates.signing import own_keys, pdf
from lms.kit.refusals import Refused

FACTS = {
    "number": "C-7K3M-29XQ",
    "imsa_number": "IMSA-7K3M-29XQ",
    "name": "Siân Llewellyn",
    "nations": ["Wales"],
    "language": "en",
    "award_title": "Postgraduate Certificate",
    "conferred_on": "2026-07-15",
    "issued_on": "2026-07-20",
    "valid_until": "2029-07-19",
    "check_address": "http://127.0.0.1:8000/check/?number=C-7K3M-29XQ",
    "said": BUILT_IN["en"],
    "demonstration": True,
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def drawn():
    return drawing.draw(FACTS)


@pytest.fixture
def keys(settings, tmp_path):
    settings.KEYS_ROOT = tmp_path / "keys"
    return settings.KEYS_ROOT


def pdfsig(content, folder, *args):
    place = folder / "file.pdf"
    place.write_bytes(content)
    return subprocess.run(
        ["pdfsig", *args, place], capture_output=True, text=True, check=False
    ).stdout


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_what_we_sign_holds(drawn, keys):
    signed, key_id = pdf.sign(drawn)
    verdict = pdf.verify(signed)
    assert verdict.holds and verdict.why == "" and key_id == keeping.certificate_key().kid
    assert not pdf.verify(drawn).holds and "no signature" in pdf.verify(drawn).why


def test_one_changed_byte_anywhere_under_the_signature_breaks_it(drawn, keys):
    signed, _ = pdf.sign(drawn)
    for at in (20, len(drawn) // 3, len(drawn) // 2, len(drawn) - 40):
        assert not pdf.verify(flipped(signed, at)).holds, at


def test_something_added_afterwards_breaks_it(drawn, keys):
    signed, _ = pdf.sign(drawn)
    writer, out = IncrementalPdfFileWriter(io.BytesIO(signed)), io.BytesIO()
    writer.root["/Note"] = generic.TextStringObject("added")
    writer.update_root()
    writer.write(out)
    verdict = pdf.verify(out.getvalue())
    assert (verdict.holds, verdict.is_intact, verdict.is_whole, verdict.is_ours) == (
        False,
        False,
        False,
        True,
    )
    assert (
        pdf.verify(signed + b"\n% more\n").why
        == "Something was added to the file after it was signed."
    )


def test_another_installations_signature_is_not_ours(drawn, keys, settings, tmp_path):
    with transaction.atomic():
        signed, _ = pdf.sign(drawn)
        transaction.set_rollback(True)  # its key stands in another installation's database
    settings.KEYS_ROOT = tmp_path / "elsewhere"
    pdf.sign(drawn)
    verdict = pdf.verify(signed)
    assert not verdict.holds and verdict.is_intact and verdict.why == "The signature is not ours."


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.4\n%%EOF", b"%PDF-1.7" + os.urandom(4000)]
)
def test_nonsense_is_answered_and_never_raises(keys, content):
    assert not pdf.verify(content).holds


@pytest.mark.skipif(
    not shutil.which("pdfsig"), reason="SKIPPED LOUDLY: no pdfsig (apt-get install poppler-utils)"
)
def test_pdfsig_agrees(drawn, keys, tmp_path):
    signed, _ = pdf.sign(drawn)
    said = pdfsig(signed, tmp_path)
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "SHA-256"):
        assert words in said
    assert "Signature is Valid" not in pdfsig(flipped(signed, len(drawn) // 2), tmp_path)
    assert "Total document signed" not in pdfsig(signed + b"\n% more\n", tmp_path)


@pytest.mark.skipif(
    not shutil.which("pdffonts"),
    reason="SKIPPED LOUDLY: no pdffonts (apt-get install poppler-utils)",
)
def test_pdffonts_agrees_that_every_font_is_embedded(drawn, tmp_path):
    place = tmp_path / "file.pdf"
    place.write_bytes(drawn)
    lines = subprocess.run(
        ["pdffonts", place], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert lines and all(line.split()[-5] == "yes" for line in lines)


def test_keys_are_private_and_made_once(drawn, keys):
    _, first = pdf.sign(drawn)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    for place in (keys / "own").iterdir():
        assert stat.S_IMODE(place.stat().st_mode) == 0o600, place
    keeping._certificate_key.cache_clear()
    assert pdf.sign(drawn)[1] == first


def test_two_processes_that_start_together_make_one_key(tmp_path):
    script = "import django; django.setup(); from certificates.signing import keys; print(keys._certificate_key(*keys._where('IMSA_SIGNING_KEY', 'signing.key'), keys._chain_where()).kid)"
    env = {**os.environ, "IMSA_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "lms.settings.dev"}
    root = Path(__file__).resolve().parents[2]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script], cwd=root, env=env, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].split()[-1] for process in running]
    assert said[0] == said[1] and len(said[0]) == 64
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["own"]


def test_the_loser_of_the_race_throws_its_own_keys_away(keys):
    own_keys.make_keys(keys / "own")
    before = (keys / "own" / "signing.pem").read_bytes()
    own_keys.make_keys(keys / "own")
    assert (keys / "own" / "signing.pem").read_bytes() == before and len(list(keys.iterdir())) == 1


def test_no_public_site_signs_with_a_key_it_made_itself(drawn, keys, settings):
    from lms.kit.checks import signing_key

    settings.DEMONSTRATION = False
    with pytest.raises(Refused, match="no signing key"):
        pdf.sign(drawn)
    assert not keys.exists() and [e.id for e in signing_key(None)] == ["imsa.E001"]
    settings.IMSA_ALLOW_SELF_MADE_KEY = True
    assert pdf.sign(drawn) and signing_key(None) == []


def test_a_given_key_signs_and_an_older_one_is_still_known(drawn, keys, settings, tmp_path):
    old, old_id = pdf.sign(drawn)
    given = tmp_path / "given"
    own_keys.make_keys(given)
    chain = tmp_path / "chain.pem"
    chain.write_bytes((given / "signing.pem").read_bytes() + (given / "ca.pem").read_bytes())
    settings.IMSA_SIGNING_KEY, settings.IMSA_SIGNING_CERT = str(given / "signing.key"), str(chain)
    new, new_id = pdf.sign(drawn)
    assert new_id != old_id and pdf.verify(new).holds and pdf.verify(old).holds
    settings.IMSA_SIGNING_KEY = ""
    assert pdf.verify(new).holds, "a retired key's authority is kept for ever"

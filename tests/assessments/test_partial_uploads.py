"""A file that is sent in pieces arrives whole or not at all: over lost connections, doubled pieces, two pages and killed processes."""

import base64
import hashlib
import io
import os
import secrets
import signal
import subprocess
import sys
import threading
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from assessments.taking.actions import partial_uploads
from assessments.taking.actions.partial_uploads import (
    MOST_BYTES,
    WrongChecksum,
    WrongOffset,
    append_piece,
    begin_upload,
    confirmed,
    drop_old_parts,
    finish_upload,
    whole_file,
)
from assessments.taking.actions.submissions import keep_file, submit_kept
from assessments.taking.models import PartialUpload, Submission, Upload
from cohorts.enrolment.actions import interrupt
from lms.kit import clock, files
from lms.kit.files import parts
from lms.kit.files.limits import reading
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import OP, Scene, in_days, pdf, pdf_bytes, sign_in
from .test_submissions import together

PAGE, BEGIN = "/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/uploads/"
NAME = "quuxington-final-draft.pdf"
DECLARED = {"note": "", "is_anonymised": "on", "is_own": "on", "action": "check"}
KB = 1024


def fingerprint(content):
    blocks = [content[n : n + parts.BLOCK] for n in range(0, len(content), parts.BLOCK)]
    return hashlib.sha256(b"".join(hashlib.sha256(b).digest() for b in blocks)).hexdigest()


def begun(scene, content, name=NAME, **more):
    by = more.pop("by", scene.author)
    about = (more.pop("assessment", scene.essay), more.pop("enrolment", scene.enrolment))
    return begin_upload(*about, name, len(content), fingerprint(content), by=by)


def append(row, content, offset, length, by=None):
    piece = content[offset : offset + length]
    by = by or row.attempt.enrolment.person
    return append_piece(row, offset, piece, hashlib.sha256(piece).digest(), by=by)


def on_disk(row):
    return Path(settings.PRIVATE_ROOT, row.path).read_bytes()


def standing():
    rows = list(PartialUpload.objects.order_by("pk").values())
    rows_here = PartialUpload.objects.order_by("pk")
    here = [on_disk(row) if row.offset and row.path else b"" for row in rows_here]
    return rows, here, Entry.objects.count(), list(Submission.objects.values())


def made_of(megabytes):
    """A PDF of about so many megabytes: pages of noise."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(rl_config, "useA85", 0)  # pictures as bytes, not as letters
    try:
        return _drawn(megabytes)
    finally:
        monkeypatch.undo()


def _drawn(megabytes):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, invariant=1)
    sheet.drawString(72, 720, "An invented survivor.")
    sheet.showPage()
    size = 0
    while size < megabytes * parts.BLOCK:
        side = 2200 if megabytes > 10 else 400
        noise = Image.frombytes("RGB", (side, side), secrets.token_bytes(3 * side * side))
        picture = io.BytesIO()
        noise.save(picture, "JPEG", quality=95)
        size += picture.tell()
        sheet.drawImage(ImageReader(picture), 36, 200, 500, 500)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


# ---- as the script speaks ----


def header(text):
    return base64.b64encode(text.encode()).decode()


def begin_by(client, content, name=NAME, address=BEGIN, mark=None):
    metadata = f"filename {header(name)},fingerprint {header(mark or fingerprint(content))}"
    return client.post(
        address,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata,
        },
    )


def send(client, address, piece, offset, checksum=None, **headers):
    checksum = checksum or base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {checksum}",
        **headers,
    }
    return client.patch(
        address, piece, content_type="application/offset+octet-stream", headers=headers
    )


def stands(client, address):
    answer = client.head(address, headers={"Tus-Resumable": "1.0.0"})
    return int(answer["Upload-Offset"])


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


# ---- the way of one file ----


def test_a_file_comes_in_pieces_is_looked_into_and_waits_on_the_check_page(scene, author):
    content = made_of(2)
    answer = begin_by(author, content)
    address, key = answer["Location"], answer.json()["key"]
    assert answer.status_code == 201 and answer["Upload-Offset"] == "0"
    for offset in range(0, len(content), 500 * KB):
        done = send(author, address, content[offset : offset + 500 * KB], offset)
        assert done.status_code == 204
    assert int(done["Upload-Offset"]) == len(content) == stands(author, address)
    assert not Submission.objects.exclude(original="").exists(), "nothing is kept by itself"
    page = author.get(PAGE).content.decode()
    assert "Your file has arrived" in page and f'name="upload" value="{key}"' in page

    answer = author.post(PAGE, DECLARED | {"upload": key})
    assert answer.status_code == 302 and answer["Location"] == f"{PAGE}check/"
    draft = Submission.objects.get()
    assert draft.state == "draft" and files.read(draft.original) == content
    assert draft.sha256 == hashlib.sha256(content).hexdigest() and draft.original_name == NAME
    row = PartialUpload.objects.get()
    assert (row.sha256, row.path) == (draft.sha256, "")
    assert NAME in author.get(f"{PAGE}check/").content.decode()
    # The same press again, and the same file begun again in another tab: it is there.
    assert author.post(PAGE, DECLARED | {"upload": key})["Location"] == f"{PAGE}check/"
    again = begin_by(author, content, name="renamed.pdf")
    assert (again.status_code, again.json()["key"]) == (200, key)
    assert PartialUpload.objects.get().name == NAME, "by which it is kept"
    assert int(again["Upload-Offset"]) == len(content)
    submit_kept(scene.essay, scene.enrolment, draft.sha256, by=scene.author)
    assert Submission.objects.get().state == "submitted"


def test_the_pieces_are_deleted_once_the_file_is_kept(scene, django_capture_on_commit_callbacks):
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, len(content))
    path = row.path
    whole = whole_file(row, by=scene.author)
    draft = keep_file(scene.essay, scene.enrolment, whole, "", by=scene.author)
    with django_capture_on_commit_callbacks(execute=True):
        finish_upload(row, draft.sha256, by=scene.author)
    assert parts.length_of(path) == 0
    before = standing()
    finish_upload(row, draft.sha256, by=scene.author)
    assert standing() == before


def test_the_form_says_what_is_missing_and_what_has_arrived_stays(scene, author):
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, len(content))
    answer = author.post(PAGE, {"note": "Typed.", "action": "check", "upload": row.key})
    page = answer.content.decode()
    assert "Confirm that the work is yours" in page and "has arrived. Choose a file only" in page
    assert f'value="{row.key}"' in page and "Typed." in page
    author.post(PAGE, DECLARED | {"upload": row.key})
    assert Submission.objects.get().sha256 == files.sha256(content)


def test_what_looks_into_files_refuses_one_that_came_in_pieces_too(scene, author):
    content = b"%PDF-1.4 not a pdf at all"
    row = append(begun(scene, content), content, 0, len(content))
    answer = author.post(PAGE, DECLARED | {"upload": row.key, "note": "Typed."})
    assert answer.status_code == 200 and "Your note is kept" in answer.content.decode()
    draft = Submission.objects.get()
    assert (draft.original, draft.note) == ("", "Typed.")
    assert not PartialUpload.objects.exists()


def scanner_that_breaks(content):
    raise OSError("connection refused")


def test_a_fault_of_ours_keeps_the_pieces(scene, author, settings):
    settings.IMSA_UPLOAD_SCANNER = f"{__name__}.scanner_that_breaks"
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, len(content))
    answer = author.post(PAGE, DECLARED | {"upload": row.key})
    page = answer.content.decode()
    assert "Try again in an hour" in page and "Your file has arrived and stays here" in page
    assert on_disk(PartialUpload.objects.get()) == content
    assert not Submission.objects.exclude(original="").exists()
    settings.IMSA_UPLOAD_SCANNER = ""
    assert author.post(PAGE, DECLARED | {"upload": row.key})["Location"] == f"{PAGE}check/"
    with pytest.raises(files.PassingFault), reading(0.01):
        while True:
            pass


def test_a_file_in_the_form_comes_before_one_that_arrived(scene, author):
    content = pdf_bytes("two")
    row = append(begun(scene, content), content, 0, len(content))
    author.post(PAGE, DECLARED | {"upload": row.key, "file": pdf("one")})
    assert Submission.objects.get().sha256 == files.sha256(pdf_bytes("one"))


def test_another_file_in_the_place_of_one_that_is_in(scene, author):
    scene.due(scene.essay)
    first = scene.hand_in()
    content = pdf_bytes("two")
    row = append(begun(scene, content), content, 0, len(content))
    answer = author.post(PAGE, DECLARED | {"upload": row.key})
    assert answer["Location"] == f"{PAGE}check/"
    assert Upload.objects.get().sha256 == files.sha256(content)
    first.refresh_from_db()
    assert first.sha256 == files.sha256(pdf_bytes()), "nothing is handed in by itself"
    assert author.post(PAGE, DECLARED | {"upload": row.key})["Location"] == f"{PAGE}check/"


# ---- cut off ----


def test_cut_before_within_and_after_a_piece_and_its_answer_lost(scene, author):
    content = made_of(1)
    address = begin_by(author, content)["Location"]
    half = len(content) // 2
    # Before: nothing came. Within: what came is not what was announced.
    assert stands(author, address) == 0
    whole = base64.b64encode(hashlib.sha256(content[:half]).digest()).decode()
    assert send(author, address, content[: half - 7], 0, checksum=whole).status_code == 460
    assert stands(author, address) == 0
    # After, and the answer was lost: the site says where it stands, and the same piece again changes nothing.
    assert send(author, address, content[:half], 0).status_code == 204
    before = standing()
    again = send(author, address, content[:half], 0)
    assert (again.status_code, int(again["Upload-Offset"])) == (204, half)
    assert standing() == before
    # After a reload: the same file is found by itself.
    again = begin_by(author, content, name="renamed.pdf")
    assert (again.status_code, again["Location"]) == (200, address)
    assert int(again["Upload-Offset"]) == half and standing()[1:] == before[1:]
    assert PartialUpload.objects.get().name == "renamed.pdf", "what its author calls it now"
    assert send(author, address, content[half:], half).status_code == 204
    assert whole_file(PartialUpload.objects.get(), by=scene.author).read() == content


def test_a_wrong_offset_is_refused_with_where_it_stands(scene, author):
    content = made_of(1)
    address = begin_by(author, content)["Location"]
    send(author, address, content[:1000], 0)
    before = standing()
    for offset in (2000, 500, len(content)):
        answer = send(author, address, content[offset : offset + 1000] or b"x", offset)
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "1000"), offset
    other = send(author, address, b"y" * 1000, 0)
    assert (other.status_code, other["Upload-Offset"]) == (409, "1000")
    too_much = send(author, address, content[1000:] + b"more", 1000)
    assert (too_much.status_code, too_much["Upload-Offset"]) == (409, "1000")
    assert standing() == before


def test_what_cannot_be_read_changes_nothing(scene, author):
    content = made_of(1)
    address = begin_by(author, content)["Location"]
    before = standing()
    piece = content[:1000]
    good = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    for headers, status in (
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "1" * 30}, 400),
        ({"Upload-Checksum": f"md5 {good}"}, 400),
        ({"Upload-Checksum": "sha256 ???"}, 400),
        ({"Upload-Checksum": ""}, 400),
        ({"Tus-Resumable": "2.0"}, 412),
    ):
        assert send(author, address, piece, 0, **headers).status_code == status, headers
    with pytest.raises(Refused):
        append(PartialUpload.objects.get(), b"", 0, 0)
    assert send(author, address, bytes(MOST_BYTES + 1), 0).status_code == 413
    form = author.patch(address, "a=1", headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"})
    assert form.status_code == 415
    post = author.post(address, headers={"Tus-Resumable": "1.0.0"})
    assert post.status_code == 400
    for mark in ("x", "é", "0" * 63):
        assert begin_by(author, content, mark=mark).status_code == 409
    assert author.post(BEGIN, headers={"Tus-Resumable": "1.0.0"}).status_code == 400
    assert standing() == before


def test_a_proxy_that_lets_no_patch_through_is_got_round_by_the_header_of_tus(scene, author):
    content = pdf_bytes()
    address = begin_by(author, content)["Location"]
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    headers |= {"Upload-Checksum": f"sha256 {checksum}", "X-HTTP-Method-Override": "PATCH"}
    kind = "application/offset+octet-stream"
    answer = author.post(address, content, content_type=kind, headers=headers)
    assert (answer.status_code, stands(author, address)) == (204, len(content))


class Killed(BaseException):
    pass


def test_killed_between_the_disk_and_the_row(scene, author, monkeypatch):
    content = made_of(1)
    row = append(begun(scene, content), content, 0, 1000)

    def die(*args, **kwargs):
        raise Killed

    monkeypatch.setattr(PartialUpload, "save", die)
    with pytest.raises(Killed):
        append(row, content, 1000, 5000)
    monkeypatch.undo()
    row.refresh_from_db()
    assert len(on_disk(row)) == 6000, "more is on the disk than anybody was told"
    assert confirmed(row) == 1000 == row.offset
    # Another piece than the lost one overwrites it, and leaves no tail.
    append(row, content, 1000, 300)
    assert on_disk(row) == content[:1300]


def test_a_process_that_is_killed_after_a_piece_has_lost_nothing_of_it():
    program = (
        "import os, sys, signal; os.environ['DJANGO_SETTINGS_MODULE'] = 'lms.settings.test'\n"
        "from django.conf import settings; settings.PRIVATE_ROOT = sys.argv[1]\n"
        "from lms.kit.files import parts; path = parts.new_path()\n"
        "parts.write_at(path, 0, b'one'); parts.write_at(path, 3, b'two'); print(path, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = str(settings.PRIVATE_ROOT)
    done = subprocess.run(
        [sys.executable, "-c", program, root], capture_output=True, text=True, cwd=os.getcwd()
    )
    assert done.returncode == -signal.SIGKILL
    assert Path(root, done.stdout.strip()).read_bytes() == b"onetwo"


def test_what_the_disk_lost_is_sent_again(scene, author):
    content = made_of(1)
    row = append(begun(scene, content), content, 0, 5000)
    Path(settings.PRIVATE_ROOT, row.path).write_bytes(content[:2000])  # restored from a backup
    address = f"/my-work/uploads/{row.key}/"
    assert stands(author, address) == 2000
    answer = send(author, address, content[5000:6000], 5000)
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "2000")
    assert send(author, address, content[2000:6000], 2000).status_code == 204
    assert on_disk(row) == content[:6000]


def test_pieces_of_two_files_never_make_one(scene, author):
    content = made_of(1)
    row = append(begun(scene, content), content, 0, 1000)
    middle = bytes(len(content) - 1000)
    append_piece(row, 1000, middle, hashlib.sha256(middle).digest(), by=scene.author)
    answer = author.post(PAGE, DECLARED | {"upload": row.key, "note": "Typed."})
    assert "do not fit together" in answer.content.decode()
    assert not Submission.objects.exclude(original="").exists()
    assert not PartialUpload.objects.exists()
    assert Submission.objects.get().note == "Typed."


def test_what_is_not_whole_is_not_handed_in(scene, author):
    content = made_of(1)
    row = append(begun(scene, content), content, 0, 1000)
    before = standing()
    assert author.post(PAGE, DECLARED | {"upload": row.key}).status_code == 409
    assert standing() == before
    page = author.get(PAGE).content.decode()
    assert "Part of your file has arrived" in page and 'name="upload"' not in page


# ---- who, and how much ----


def test_nobody_else_finds_it(scene, author):
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, 100)
    address, before = f"/my-work/uploads/{row.key}/", standing()
    head = {"Tus-Resumable": "1.0.0"}
    for other in (scene.another(1).person, scene.registrar, scene.agnes):
        client = sign_in(Client(), other)
        assert client.head(address, headers=head).status_code == 404
        assert client.delete(address, headers=head).status_code == 404
        assert send(client, address, content[100:200], 100).status_code == 404
        with pytest.raises(NotAllowed):
            append(row, content, 100, 100, by=other)
        with pytest.raises(NotAllowed):
            partial_uploads.drop_upload_parts(row, by=other)
        with pytest.raises(NotAllowed):
            begun(scene, content, by=other)
    assert Client().head(address, headers=head).status_code == 401
    assert send(Client(), address, content[100:200], 100).status_code == 401
    now = standing()
    assert now[:2] == before[:2]


def test_without_the_form_token_nothing_is_taken(scene):
    content = pdf_bytes()
    row = begun(scene, content)
    before = standing()
    client = sign_in(Client(enforce_csrf_checks=True), scene.author)
    assert send(client, f"/my-work/uploads/{row.key}/", content, 0).status_code == 403
    assert begin_by(client, pdf_bytes("two")).status_code == 403
    assert standing() == before


def test_it_ends_when_the_attempt_takes_no_file(scene):
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, 100)
    scene.hand_in(seed="two")  # without a due date it can be replaced until markers have it
    append(row, content, 100, 100)
    scene.allocate(Submission.objects.get())
    before = standing()
    with pytest.raises(Refused, match="with its markers"):
        append(row, content, 200, 100)
    with pytest.raises(Refused, match="with its markers"):
        begun(scene, pdf_bytes("three"))
    assert standing() == before


def test_on_leave_of_absence_no_piece_is_taken_and_it_can_be_removed(scene, author):
    content = pdf_bytes()
    row = append(begun(scene, content), content, 0, 100)
    interrupt(scene.enrolment, by=scene.registrar)
    before = standing()
    assert send(author, f"/my-work/uploads/{row.key}/", content[100:], 100).status_code == 403
    assert standing() == before
    author.post(PAGE, {"action": "drop_parts"})
    gone = author.delete(f"/my-work/uploads/{row.key}/", headers={"Tus-Resumable": "1.0.0"})
    assert gone.status_code in (204, 404)


def test_what_no_look_is_needed_for_is_refused_before_it_is_sent(scene, author, settings):
    settings.IMSA_UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    before = standing()
    for content, name, why in (
        (bytes(2 * 1024 * 1024 + 1), NAME, "larger than 2 MB"),
        (b"", NAME, "empty"),
        (b"x", "essay.pages", "We take PDF, Word"),
        (b"x", "essay.docm", "macros"),
    ):
        answer = begin_by(author, content, name=name)
        assert answer.status_code == 409 and why in answer.json()["sentence"]
    assert standing() == before
    assert "up to 2 MB" in author.get(PAGE).content.decode()
    assert begin_by(author, b"x", address="/my-work/T1-QUIZ/uploads/").status_code == 403
    assert begin_by(author, b"x", address="/my-work/NONE/uploads/").status_code == 404


def test_one_person_has_so_much_on_its_way_and_no_more(scene, settings):
    settings.IMSA_UPLOAD_MAX_BYTES, settings.IMSA_PARTIAL_UPLOAD_FILES = len(pdf_bytes()) + 1, 1
    row = begun(scene, pdf_bytes("one"))
    before = standing()
    with pytest.raises(Refused, match=NAME):
        begun(scene, pdf_bytes("one"), assessment=scene.portfolio)
    assert standing() == before
    begun(scene, pdf_bytes("two"))  # in the place of the first
    assert PartialUpload.objects.get().key != row.key
    other = scene.another(1)
    begun(scene, pdf_bytes("one"), enrolment=other, by=other.person)
    partial_uploads.drop_upload_parts(PartialUpload.objects.first(), by=scene.author)
    begun(scene, pdf_bytes("one"), assessment=scene.portfolio)


def test_another_file_takes_the_place_of_the_first_and_its_page_is_told(scene, author):
    one, two = made_of(1), pdf_bytes("two")
    address = begin_by(author, one)["Location"]
    send(author, address, one[:1000], 0)
    begin_by(author, two)
    assert send(author, address, one[1000:2000], 1000).status_code == 404
    assert PartialUpload.objects.get().offset == 0


def test_what_never_became_whole_goes_after_some_days(
    scene, author, django_capture_on_commit_callbacks
):
    content = made_of(1)
    row = append(begun(scene, content), content, 0, 1000)
    later = timedelta(days=settings.IMSA_PARTIAL_UPLOAD_DAYS)
    with clock.at(row.changed_at + later - timedelta(minutes=1)):
        assert drop_old_parts(by=OP) == 0
    with (
        clock.at(row.changed_at + later + timedelta(minutes=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        call_command("drop_old_files", stdout=io.StringIO())
        assert drop_old_parts(by=OP) == 0
    assert not PartialUpload.objects.exists() and parts.length_of(row.path) == 0
    assert Entry.objects.filter(action="assessments.drop_upload").count() == 1
    assert send(author, f"/my-work/uploads/{row.key}/", b"x", 1000).status_code == 404


# ---- much, and many ----


def test_a_piece_costs_no_more_memory_than_itself(scene, author, settings):
    settings.IMSA_UPLOAD_MAX_BYTES = 100 * 1024 * 1024
    content = secrets.token_bytes(1024 * 1024)
    row = begin_upload(
        scene.essay, scene.enrolment, NAME, 100 * len(content), "0" * 64, by=scene.author
    )
    checksum = hashlib.sha256(content).digest()
    tracemalloc.start()
    try:
        for n in range(100):
            append_piece(row, n * len(content), content, checksum, by=scene.author)
        assert parts.digests_of(row.path).sha256
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    row.refresh_from_db()
    assert row.is_whole and most < 4 * len(content), most


@pytest.mark.slow
def test_a_file_of_100_mb_survives_five_cut_connections(scene, author, settings):
    """The answers of five pieces are lost, and five others never arrive; the page is loaded again each time."""
    content = made_of(100)
    settings.IMSA_UPLOAD_MAX_BYTES = len(content) >= 100 * 1024 * 1024 and len(content)
    length, offset = 1024 * 1024, 0
    address = begin_by(author, content)["Location"]
    for cut in range(1, 6):
        while offset < cut * len(content) // 6:
            offset = int(
                send(author, address, content[offset : offset + length], offset)["Upload-Offset"]
            )
        send(author, address, content[offset : offset + length], offset)  # its answer is lost
        again = begin_by(author, content)
        assert again["Location"] == address
        offset = int(again["Upload-Offset"])
        assert (
            send(author, address, content[offset : offset + 9], offset + length).status_code == 409
        )
    while offset < len(content):
        offset = int(
            send(author, address, content[offset : offset + length], offset)["Upload-Offset"]
        )
    key = PartialUpload.objects.get().key
    answer = author.post(PAGE, DECLARED | {"upload": key})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    draft = Submission.objects.get()
    assert (draft.size, draft.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert author.get(f"{PAGE}check/").status_code == 200


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_pages_send_one_file_and_no_piece_stands_twice(on_the_day):
    scene = Scene()
    content = made_of(1)
    faults, gate = [], threading.Barrier(2)

    def page(_n):
        try:
            with clock.at(in_days(-5)):
                gate.wait()
                row = begun(scene, content)
                while (offset := confirmed(row)) < len(content):
                    try:
                        row = append(row, content, offset, 50_000)
                    except WrongOffset:
                        row = PartialUpload.objects.select_related(
                            "attempt__enrolment__person"
                        ).get()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    together(page, 1, 2)
    assert faults == []
    row = PartialUpload.objects.get()
    assert row.is_whole and on_disk(row) == content
    assert Entry.objects.filter(action="assessments.begin_upload").count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_files_begun_at_once_do_not_pass_the_limit_together(on_the_day, settings):
    settings.IMSA_PARTIAL_UPLOAD_FILES = 1
    scene = Scene()
    content = pdf_bytes()
    settings.IMSA_UPLOAD_MAX_BYTES = len(content) + 10
    answers, gate = [], threading.Barrier(2)

    def page(assessment):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                answers.append(begun(scene, content, assessment=assessment).pk)
            except Refused as refusal:
                answers.append(refusal)
        connection.close()

    together(page, scene.essay, scene.portfolio)
    assert PartialUpload.objects.count() == 1
    assert sum(isinstance(one, Refused) for one in answers) == 1 and len(answers) == 2


def test_a_damaged_piece_changes_nothing(scene):
    content = pdf_bytes()
    row = begun(scene, content)
    before = standing()
    with pytest.raises(WrongChecksum):
        append_piece(row, 0, content, hashlib.sha256(b"other").digest(), by=scene.author)
    assert standing() == before

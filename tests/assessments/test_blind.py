"""No marker, examiner or board reads whose work it is: an unmistakable author is searched for everywhere."""

import dataclasses
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.marking import blind
from assessments.marking.actions.allocation import allocate_third
from assessments.marking.actions.marks import save_marks
from assessments.portfolio.actions.handing import hand_in_portfolio, make_file
from assessments.taking.actions.submissions import submit
from assessments.taking.models import Submission
from lms.kit import files
from lms.people.models import Notice

from ..kit.documents import word_bytes
from .portfolios import WORKPLACE, Practice, by_link
from .scene import TELLTALES, pdf_bytes, seal, sign_in


def found_in(body: bytes) -> list[str]:
    """The tell-tales in a body; also inside a Word file's parts."""
    bodies = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            bodies += [archive.read(name) for name in archive.namelist()] + [
                name.encode() for name in archive.namelist()
            ]
    return [
        t
        for t in TELLTALES
        for one in bodies
        if t.lower().encode() in one.lower() or t.encode("utf-16-be") in one
    ]


def read(response) -> bytes:
    body = response.getvalue() if response.streaming else response.content
    return body + repr(sorted(response.items())).encode()


def portfolio(scene):
    """Handed in with everything that could tell: names typed into the log, a workplace, and somebody who confirmed."""
    practice = Practice(scene, may_lack=True)
    words = " ".join(words for words in TELLTALES if "note" not in words)
    practice.log(text=f"{words}, {WORKPLACE}.", keep_anyway=True)
    sign_off, secret = practice.ask_witness(1)
    by_link(sign_off, secret, comment="Zebedee Quuxington did well.")
    note = "Secret note to the office"
    kept = make_file(*practice.about, note, by=scene.author)
    return hand_in_portfolio(*practice.about, kept.sha256, by=scene.author)


@pytest.fixture(params=["pdf", "docx", "portfolio"])
def submission(scene, request):
    if request.param == "portfolio":
        return portfolio(scene)
    # Nothing else of the scene may bear the author's mark.
    content = pdf_bytes() if request.param == "pdf" else word_bytes("Wordperson McProperty")
    upload = SimpleUploadedFile(f"quuxington-final-draft.{request.param}", content)
    return submit(
        scene.essay, scene.enrolment, upload, "Secret note to the office", by=scene.author
    )


def addresses(script, board):
    return {
        "marker": [
            "/marking/",
            f"/marking/{script}/",
            f"/marking/{script}/seal/",
            f"/marking/{script}/decline/",
            f"/marking/{script}/correct/",
            f"/marking/{script}/file/",
            f"/marking/{script}/view/",
        ],
        "examiner": [
            "/examining/",
            f"/examining/{board.pk}/",
            f"/examining/{board.pk}/{script}/",
            f"/examining/{board.pk}/{script}/file/",
            f"/examining/{board.pk}/{script}/view/",
        ],
        "registrar": [
            "/boards/",
            f"/boards/{board.pk}/",
            f"/boards/{board.pk}/scripts/",
            "/registry/allocation/",
            "/registry/scripts/",
            f"/registry/scripts/{script}/",
            "/registry/corrections/",
            "/registry/release/",
        ],
    }


def test_nothing_a_marker_examiner_or_board_reads_names_the_author(scene, submission):
    seen, author = [], {scene.author.imsa_number}
    board = scene.board(confirmed=False)
    people = {
        "marker": [scene.agnes, scene.tomasz, scene.helen],
        "examiner": [scene.examiner],
        "registrar": [scene.registrar],
    }

    def look(stage):
        for who, urls in addresses(submission.script, board).items():
            for someone in people[who]:
                client = sign_in(Client(), someone)
                for url in urls:
                    answer = client.get(url)
                    body = read(answer)
                    # The board reads its results by student reference, which stands on that page alone.
                    leaks = [
                        t
                        for t in found_in(body)
                        if not (who == "registrar" and t == "REF-ZQ-998877")
                    ]
                    leaks += [n for n in author if n.encode() in body]
                    assert not leaks, (stage, who, url, leaks)
                    if answer.status_code == 200:
                        seen.append(url)

    look("handed in")
    tasks = scene.allocate(submission)
    look("with markers")
    seal(tasks[0], 48)
    look("one sealed")
    seal(tasks[1], 62)
    look("third called")
    third = allocate_third(submission, scene.helen, by=scene.registrar)
    look("with a third")
    seal(third, 55)
    look("agreed")
    # The search has looked at every page and file, not at refusals.
    shown = submission.copy.endswith(".pdf")
    everything = {
        url
        for urls in addresses(submission.script, board).values()
        for url in urls
        if not url.endswith("/seal/") and (shown or not url.endswith("/view/"))
    }
    assert everything <= set(seen)


def test_notices_to_markers_and_registrars_name_nobody(scene, submission):
    scene.mark(submission, 40, 70)
    told = Notice.objects.exclude(person=scene.author)
    assert {notice.person for notice in told} == {scene.registrar, scene.agnes, scene.tomasz}
    for notice in told:
        assert not found_in(f"{notice.subject} {notice.body} {notice.url}".encode())


def test_a_blind_script_has_no_road_to_the_author(scene, submission):
    scene.allocate(submission)
    script = blind.script_for(scene.agnes, submission.script)
    assert (
        script.author == ""
    )  # a name is there of a piece that is not anonymous alone: test_named_work
    words = repr(dataclasses.asdict(script))
    assert not found_in(words.encode())
    assert all(
        isinstance(v, (str, int, bool, type(None), tuple, dict))
        or v.__class__.__module__ in {"datetime", "decimal"}
        for v in vars(script).values()
    )
    assert script.file_name == f"{submission.script}.{submission.copy.rpartition('.')[2]}"


def test_the_file_goes_out_as_an_attachment_under_its_number(scene, submission):
    scene.allocate(submission)
    answer = sign_in(Client(), scene.agnes).get(f"/marking/{submission.script}/file/")
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="{submission.script}.{submission.copy.rpartition(".")[2]}"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]


def test_the_script_in_the_page_is_the_copy_under_its_number_and_nothing_else_may_frame_it(
    scene, submission
):
    scene.allocate(submission)
    client = sign_in(Client(), scene.agnes)
    answer = client.get(f"/marking/{submission.script}/view/")
    page = client.get(f"/marking/{submission.script}/").content.decode()
    assert f'src="/marking/{submission.script}/view/' in page
    if not submission.copy.endswith(".pdf"):  # read by us: words in our own page
        assert answer["X-Frame-Options"] == "SAMEORIGIN" and "no-store" in answer["Cache-Control"]
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert not found_in(answer.content)
        return
    assert (
        answer["Content-Type"] == "application/pdf"
        and answer["X-Content-Type-Options"] == "nosniff"
    )
    assert answer["Content-Disposition"] == f'inline; filename="{submission.script}.pdf"'
    assert answer["X-Frame-Options"] == "SAMEORIGIN" and "no-store" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert (
        "default-src 'none'" in policy
        and "frame-ancestors 'self'" in policy
        and "script-src" not in policy
    )
    seen = answer.getvalue()
    assert seen == files.read(submission.copy) and b"/Info" not in seen and not found_in(seen)


def test_one_marker_sees_nothing_of_the_other_before_both_have_sealed(scene, submission):
    first, second = scene.allocate(submission)
    save_marks(first, {"law": 71, "role": 71}, "Draftword.", by=scene.agnes)
    script = blind.script_for(scene.tomasz, submission.script)
    assert script.marks == {} and not script.chain
    seal(first, 71, "Draftword.")
    body = read(sign_in(Client(), scene.tomasz).get(f"/marking/{submission.script}/"))
    main = body.split(b"<main")[1].split(b"</main")[0]
    # The number by itself: a form token or a script number may hold the same two digits.
    assert not re.search(rb"\b71\b", main) and b"Draftword" not in body
    own = blind.script_for(scene.agnes, submission.script)
    assert own.is_sealed and not own.both_are_sealed and not own.chain
    seal(second, 72)
    assert [line.stage for line in blind.script_for(scene.tomasz, submission.script).chain] == [
        "first",
        "second",
        "agreed",
    ]


def test_a_third_marker_sees_the_first_two_only_after_sealing(scene, submission):
    first, second = scene.allocate(submission)
    seal(first, 41), seal(second, 72)
    third = allocate_third(submission, scene.helen, by=scene.registrar)
    assert not blind.script_for(scene.helen, submission.script).chain
    assert [line.stage for line in blind.script_for(scene.agnes, submission.script).chain] == [
        "first",
        "second",
    ]
    seal(third, 60)
    assert [line.stage for line in blind.script_for(scene.helen, submission.script).chain] == [
        "first",
        "second",
        "third",
        "agreed",
    ]


def test_another_markers_script_does_not_exist(scene, submission):
    scene.allocate(submission)
    client = sign_in(Client(), scene.helen)
    for url in (
        f"/marking/{submission.script}/",
        f"/marking/{submission.script}/file/",
        f"/marking/{submission.script}/view/",
        f"/marking/{submission.script}/seal/",
    ):
        assert (
            client.get(url).status_code == client.post(url).status_code
            if not url.endswith(("file/", "view/"))
            else client.get(url).status_code == 404
        )
        assert client.get(url).status_code == 404
    for somebody in (scene.helen, scene.registrar):
        queue = blind.queue_of(somebody)
        assert (
            not queue.waiting.object_list
            and not queue.sealed.object_list
            and blind.next_for(somebody) is None
        )


def test_no_address_takes_a_submission_by_its_key(scene, submission):
    scene.allocate(submission)
    client = sign_in(Client(), scene.agnes)
    for url in (
        f"/my-work/receipts/{submission.receipt}/",
        "/my-work/T1-ESSAY/",
        "/my-work/T1-ESSAY/file/",
        f"/marking/{submission.pk}/",
    ):
        assert client.get(url).status_code == 404
    assert not Submission.objects.visible_to(scene.agnes).exists()

"""A moderator and an examiner read the script in the page, beside its marks: by number, and only while it is theirs to read."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.moderation import appoint_moderator
from assessments.marking.actions.places import annotate
from assessments.marking.models import DeclaredInterest, Moderation
from assessments.setting.actions.loading import keep_assessment
from assessments.taking.actions.submissions import submit
from lms.kit import files
from tests.kit.documents import word_bytes

from .scene import CRITERIA, ESSAY, OP, TELLTALES, pdf, seal, sign_in
from .test_blind import read
from .test_levels import LEVELS


@pytest.fixture(params=["pdf", "docx"])
def upload(request):
    if request.param == "pdf":
        return pdf()
    name, content = "quuxington-final-draft.docx", word_bytes("Wordperson McProperty")
    return SimpleUploadedFile(name, content)


@pytest.fixture
def moderated(scene, upload):
    """One script with its single mark, and Tomasz as its moderator."""
    asked = {**ESSAY, "code": "T1-ONE", "scheme": "moderated", "weight": 0}
    asked |= {"criterion": [{**CRITERIA[0], "level": LEVELS}, CRITERIA[1]]}
    piece = keep_assessment(scene.one, asked, by=OP)
    work = submit(piece, scene.enrolment, upload, "Secret note to the office", by=scene.author)
    (task,) = allocate(work, scene.agnes, by=scene.registrar)
    annotate(task, 1, "Whose law is it?", by=scene.agnes)
    seal(task, 65)
    appoint_moderator(Moderation.objects.get(), scene.tomasz, by=scene.registrar)
    return task


def address(task):
    return f"/marking/{task.submission.script}/moderation/"


def test_the_work_stands_beside_the_mark_with_what_was_asked(scene, moderated):
    url, client = address(moderated), sign_in(Client(), scene.tomasz)
    page = client.get(url).content.decode()
    is_pdf = moderated.submission.copy.endswith(".pdf")
    frame = re.search(r'<iframe[^>]*src="([^"]*)"', page).group(1)
    assert frame == (f"{url}view/#view=FitH&amp;navpanes=0" if is_pdf else f"{url}view/?beside=1")
    assert 'class="wide beside"' in page and "to read beside its marks" in page
    place = "page=1" if is_pdf else "p1"
    assert re.search(rf'href="{re.escape(url)}view/[^"]*#{place}"', page), "to the place"
    for words in ("Whose law is it?", "Write it.", "Right and dated.", "65 of 100", "3,000 words"):
        assert words in page
    now = page.index("What such work is like")
    assert "40 to 69" in page[now : now + 300] and "Right in the main." in page[now : now + 400]
    assert LEVELS[0]["text"] in page, "and what each other mark means"
    for name in (scene.agnes.full_name, *TELLTALES):
        assert name not in page


def test_what_is_shown_is_the_blind_copy_and_only_our_page_may_frame_it(scene, moderated):
    client = sign_in(Client(), scene.tomasz)
    for query in ("", "?beside=1"):
        answer = client.get(f"{address(moderated)}view/{query}")
        assert answer.status_code == 200
        assert answer["X-Frame-Options"] == "SAMEORIGIN" and "no-store" in answer["Cache-Control"]
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        body = read(answer)
        assert not [word for word in TELLTALES if word.encode() in body]
        if moderated.submission.copy.endswith(".pdf"):
            assert answer["Content-Type"] == "application/pdf"
            assert files.read(moderated.submission.copy) in body
        else:
            assert b'<p id="p1">An invented survivor.' in body
            assert bool(query) == (b"<nav" not in body)
            if not query:
                assert f'href="{address(moderated)}"'.encode() in body, "back to the mark"


def test_whose_moderator_it_is_is_asked_at_each_request(scene, moderated):
    view = f"{address(moderated)}view/"
    for someone in (scene.agnes, scene.helen, scene.author, scene.registrar, scene.examiner):
        assert sign_in(Client(), someone).get(view).status_code == 404
    assert Client().get(view).status_code == 302
    tomasz = sign_in(Client(), scene.tomasz)
    assert tomasz.get(view).status_code == 200 and tomasz.post(view).status_code == 405
    DeclaredInterest.objects.create(marker=scene.tomasz, cohort=scene.cohort)
    assert tomasz.get(view).status_code == 403, "a link to the author has come up since"
    DeclaredInterest.objects.all().delete()
    appoint_moderator(Moderation.objects.get(), scene.helen, by=scene.registrar)
    assert tomasz.get(view).status_code == 404, "it is someone else’s now"
    assert sign_in(Client(), scene.helen).get(view).status_code == 200


def test_an_examiner_reads_a_script_of_the_sample_beside_its_marks(scene, upload):
    work = submit(scene.essay, scene.enrolment, upload, "", by=scene.author)
    scene.mark(work, 62, 64)
    board = scene.board(confirmed=False)
    url, ruth = f"/examining/{board.pk}/{work.script}/", sign_in(Client(), scene.examiner)
    page = ruth.get(url).content.decode()
    assert f'src="{url}view/' in page and f'href="{url}file/"' in page
    answer = ruth.get(f"{url}view/")
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    body = read(answer) + page.encode()
    assert not [word for word in TELLTALES if word.encode() in body]
    for someone in (scene.agnes, scene.helen, scene.author, scene.registrar):
        assert sign_in(Client(), someone).get(f"{url}view/").status_code == 403
    assert ruth.get(f"/examining/{board.pk}/S-0000-0000/view/").status_code == 404

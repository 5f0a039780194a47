"""A Word script is read beside the marks, under its number, by its marker alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.marking.actions.places import annotate
from assessments.taking.actions.submissions import submit
from lms.kit.refusals import Refused
from tests.kit.documents import word_bytes

from .scene import TELLTALES, seal, sign_in


@pytest.fixture
def task(scene):
    upload = SimpleUploadedFile("quuxington-final-draft.docx", word_bytes())
    return scene.allocate(submit(scene.essay, scene.enrolment, upload, "", by=scene.author))[0]


@pytest.fixture
def url(task):
    return f"/marking/{task.submission.script}/"


def test_its_marker_reads_it_in_the_page_and_beside_it(scene, task, url):
    agnes = sign_in(Client(), scene.agnes)
    desk = agnes.get(url).content.decode()
    assert f'src="{url}view/?beside=1"' in desk and "Read the script here" in desk
    assert 'class="wide beside"' in desk
    for address in (f"{url}view/", f"{url}view/?beside=1"):
        answer = agnes.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200 and '<p id="p1">An invented survivor.' in page
        assert not [word for word in TELLTALES if word in page + str(answer.headers)]
        assert (
            answer["Cache-Control"].startswith("max-age=0") and "private" in answer["Cache-Control"]
        )
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy and "unsafe" not in policy
    assert "<nav" not in agnes.get(f"{url}view/?beside=1").content.decode()
    seal(task, 60)
    assert f'src="{url}view/?beside=1"' in agnes.get(url).content.decode()


def test_nobody_else_reads_it(scene, task, url):
    for someone in (scene.helen, scene.author, scene.registrar, scene.examiner):
        assert sign_in(Client(), someone).get(f"{url}view/").status_code == 404
    assert Client().get(f"{url}view/").status_code == 302


def test_a_comment_stands_at_a_paragraph_with_its_first_words(scene, task, url):
    one = annotate(task, 1, "Whose?", by=scene.agnes)
    assert one.quote.startswith("An invented survivor.")
    with pytest.raises(Refused, match="Give a paragraph from 1 to"):
        annotate(task, 99, "Where?", by=scene.agnes)
    page = sign_in(Client(), scene.agnes).get(url).content.decode()
    assert f"{url}view/?beside=1#p1" in page and "Paragraph 1" in page
    seal(task, 60)
    task.refresh_from_db()
    assert task.remarks[0]["kind"] == "paragraph" and task.remarks[0]["quote"] == one.quote

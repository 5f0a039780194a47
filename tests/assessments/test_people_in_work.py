"""Before work is handed in its author is told what may tell who somebody is, and where it stands; one tick, and it is in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.taking.essay_files import text_file
from assessments.taking.models import Handing, Submission
from lms.record.models import Entry

from .scene import sign_in

PAGE, CHECK = "/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/check/"
DECLARED = {"is_anonymised": "on", "is_own": "on"}
TOLD = "Someone may be recognised in your work"
TEXT = "\n\n".join(
    [
        "The law asks for a decision on reasonable grounds (Smith, 2020).",
        "I met Blessing Adeyemi at the shelter, and Zebedee Quuxington took notes.",
        "Her telephone number is 07700 900123, and Blessing Adeyemi trusted me.",
    ]
)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


def choose(author, text):
    file = SimpleUploadedFile("essay.docx", text_file(text))
    author.post(PAGE, {"file": file, "note": "", **DECLARED, "action": "check"})
    return author.get(CHECK).content.decode()


def test_others_are_shown_where_they_stand_and_one_tick_hands_it_in(scene):
    author = sign_in(Client(), scene.author)
    clear = choose(author, "The law asks for a decision on reasonable grounds.")
    assert TOLD not in clear and "is_no_person" not in clear
    page = choose(author, TEXT)
    told = page.partition(TOLD)[2].partition("</section>")[0]
    assert "Blessing Adeyemi" in told and "07700 900123" in told
    assert "paragraph 2" in told and "paragraph 3" in told
    assert "<strong>Zebedee" not in told and "Smith" not in told.replace("(Smith", "")
    kept = Submission.objects.get()
    press = {"fingerprint": kept.sha256, **DECLARED, "action": "hand_in", "has_people": "1"}
    refused = author.post(PAGE, press)
    assert refused.status_code == 409 and not Handing.objects.exists()
    assert author.post(PAGE, {**press, "is_no_person": "on"}).status_code == 302
    assert Handing.objects.get().sha256 == kept.sha256
    # Nothing of what was found is kept anywhere.
    assert "Blessing" not in str(list(Entry.objects.values()))


def test_a_text_that_cannot_be_read_stops_nobody(scene, monkeypatch):
    author = sign_in(Client(), scene.author)
    monkeypatch.setattr("lms.kit.files.mentions.SECONDS", 0)
    page = choose(author, TEXT)
    assert TOLD not in page and "names of people and places" in page
    press = {"fingerprint": Submission.objects.get().sha256, **DECLARED, "action": "hand_in"}
    assert author.post(PAGE, press).status_code == 302 and Handing.objects.exists()

"""An OpenDocument text or a presentation, from its author's choice to the marker's desk: kept as it was, read as a Word file, and nobody's name in it."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.taking.models import Submission
from lms.kit import files

from ..kit.other_documents import odt_parts, packed, pptx_parts
from .scene import TELLTALES, sign_in

PAGE, CHECK = "/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/check/"
DECLARED = {"is_anonymised": "on", "is_own": "on"}


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


def choose(author, content, name):
    file = SimpleUploadedFile(name, content)
    return author.post(PAGE, {"file": file, "note": "", **DECLARED, "action": "check"})


def test_from_the_choice_to_the_desk(scene):
    author = sign_in(Client(), scene.author)
    assert "OpenDocument (.odt, .odp)" in author.get(PAGE).content.decode()
    whole = packed(odt_parts("Zebedee Quuxington"))
    deck = packed(pptx_parts("Zebedee Quuxington"))
    assert choose(author, deck, "talk.pptx")["Location"] == CHECK
    assert "PowerPoint presentation" in author.get(CHECK).content.decode()
    assert choose(author, whole, "quuxington-final-draft.odt")["Location"] == CHECK
    check = author.get(CHECK).content.decode()
    assert "OpenDocument text" in check and "Markers read this as a Word file" in check
    assert "did not find them" in check, "the author’s name is nowhere in what markers get"
    copy = author.get("/my-work/T1-ESSAY/file/?copy")
    assert copy["Content-Disposition"].endswith('-copy.docx"') and copy.status_code == 200
    kept = Submission.objects.get()
    author.post(PAGE, {"fingerprint": kept.sha256, **DECLARED, "action": "hand_in"})
    kept.refresh_from_db()
    assert kept.state == "submitted" and files.read(kept.original) == whole
    assert b"".join(author.get("/my-work/T1-ESSAY/file/")) == whole
    task = scene.allocate(kept)[0]
    desk = sign_in(Client(), task.marker)
    view = desk.get(f"/marking/{kept.script}/view/")
    sent = desk.get(f"/marking/{kept.script}/file/")
    with zipfile.ZipFile(io.BytesIO(b"".join(sent))) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist()).decode("latin-1")
    pages = view.content.decode() + inside + str(sent.headers) + str(view.headers)
    assert "What the law asks" in view.content.decode() and "First item" in inside
    assert not [word for word in TELLTALES if word in pages]

"""Scripts go along with a sheet, and what the sheet says when it comes back is shown before anything is written."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from assessments.marking.actions.interests import declare_interest
from assessments.marking.actions.marks import Outdated, save_many, save_marks
from assessments.marking.models import Allocation
from lms.kit.refusals import NotAllowed
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import TELLTALES, seal, sign_in

URL = "/marking/away/"


@pytest.fixture
def tasks(scene):
    made = [scene.hand_in()]
    made += [scene.hand_in(enrolment=scene.another(n), seed=str(n)) for n in (1, 2)]
    return [scene.allocate(one)[0] for one in made]


@pytest.fixture
def agnes(scene, tasks):
    return sign_in(Client(), scene.agnes)


def unchanged():
    return str(list(Allocation.objects.order_by("pk").values())), Entry.objects.count()


def taken(client):
    answer = client.get(f"{URL}T1-ESSAY/")
    assert answer.status_code == 200
    return answer, zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def sheet_of(archive):
    rows = load_workbook(io.BytesIO(archive.read("marks.xlsx"))).active.values
    return [list(row) for row in rows]


def brought(client, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return client.post(URL, {"file": SimpleUploadedFile("marks.xlsx", out.getvalue())})


def test_a_package_holds_ones_own_scripts_by_number_and_no_author(scene, agnes, tasks):
    seal(tasks[2], 60)
    answer, archive = taken(agnes)
    numbers = {task.submission.script for task in tasks[:2]}
    assert set(archive.namelist()) == {f"{number}.pdf" for number in numbers} | {"marks.xlsx"}
    whole = b"".join(archive.read(name) for name in archive.namelist())
    inner = zipfile.ZipFile(io.BytesIO(archive.read("marks.xlsx")))
    whole += b"".join(inner.read(name) for name in inner.namelist()) + str(answer.headers).encode()
    assert not [word for word in TELLTALES if word.encode() in whole]
    heads, *rows = sheet_of(archive)
    assert heads == ["script", "version", "Law", "Role", "comment"]
    assert {row[0] for row in rows} == numbers
    assert sign_in(Client(), scene.helen).get(f"{URL}T1-ESSAY/").status_code == 404
    assert sign_in(Client(), scene.author).get(f"{URL}T1-ESSAY/").status_code == 403


@pytest.mark.both_engines
def test_what_is_typed_in_the_sheet_is_shown_and_then_saved(scene, agnes, tasks):
    heads, *rows = sheet_of(taken(agnes)[1])
    rows[0][2:] = [71, 62.0, "Clear.\nName the Act."]
    before = unchanged()
    assert brought(agnes, [heads, *rows]).headers["Location"] == f"{URL}?sheet=1"
    page = agnes.get(f"{URL}?sheet=1").content.decode()
    assert "2 of 2 marks" in page and "2 rows say what is saved already." in page
    assert unchanged() == before
    assert agnes.post(URL, {"action": "save"}).status_code == 302
    draft = Allocation.objects.get(marker=scene.agnes, submission__script=rows[0][0])
    assert (draft.marks, draft.comment) == ({"law": 71, "role": 62}, "Clear.\nName the Act.")
    assert draft.state == "open", "a sheet submits nothing"
    before = unchanged()
    assert agnes.post(URL, {"action": "save"}).status_code == 409
    assert unchanged() == before


def test_each_row_that_cannot_be_saved_is_named_and_nothing_is(scene, agnes, tasks):
    heads, *rows = sheet_of(taken(agnes)[1])
    save_marks(Allocation.objects.get(pk=tasks[0].pk), {"law": 50}, "On the site", by=scene.agnes)
    late = next(row for row in rows if row[0] == tasks[0].submission.script)
    late[2:] = [71, 62, "In the sheet"]
    other = next(row for row in rows if row[0] == tasks[1].submission.script)
    before = unchanged()
    for value, words in (
        ("seventy", "Give a whole number from 0 to 100 for “Law”."),
        ("69.999", "Type 69 or 70."),
        ("69,5", "Type 69 or 70."),
        (105, "Give a whole number from 0 to 100 for “Law”."),
    ):
        other[2:] = [value, 60, "C"]
        sent = [heads, late, other, ["S-NONE-NONE", "1-x", 1, 1, "C"], other]
        brought(agnes, sent)
        page = agnes.get(f"{URL}?sheet=1").content.decode()
        assert re.search(rf"Row 3: [^<]*{re.escape(words)}", page), value
        assert "Row 2: You saved other marks" in page and "Save these drafts" not in page
        assert "Row 4: You have no script “S-NONE-NONE” to mark." in page
        assert "Row 5: Script" in page and "stands in another row too" in page
        assert agnes.post(URL, {"action": "save"}).status_code == 409
        assert unchanged() == before
    other[2:] = [60, 60, "x" * 8001]
    brought(agnes, [heads, other])
    assert "8001 characters" in agnes.get(f"{URL}?sheet=1").content.decode()
    # What another page saved between the look and the press stands.
    other[2:] = [60, 60, "C"]
    brought(agnes, [heads, other])
    save_marks(Allocation.objects.get(pk=tasks[1].pk), {"law": 51}, "Newer", by=scene.agnes)
    before = unchanged()
    assert agnes.post(URL, {"action": "save"}).status_code == 409
    assert unchanged() == before


def test_many_drafts_are_saved_together_or_not_at_all(scene, tasks):
    first, second = (Allocation.objects.get(pk=task.pk) for task in tasks[:2])
    seen = second.version
    save_marks(second, {"law": 51}, "Newer", by=scene.agnes)
    before = unchanged()
    with pytest.raises(Outdated):
        drafts = [(first, {"law": 60}, "A", first.version), (second, {"law": 61}, "B", seen)]
        save_many(drafts, by=scene.agnes)
    with pytest.raises(NotAllowed):
        save_many([(first, {"law": 60}, "A", first.version)], by=scene.tomasz)
    assert unchanged() == before


@pytest.mark.parametrize("content", [b"", b"script,version\n1,2", b"PK\x03\x04", b"%PDF-1.4"])
def test_what_is_no_sheet_of_marks_is_refused(agnes, content):
    before = unchanged()
    answer = agnes.post(URL, {"file": SimpleUploadedFile("marks.xlsx", content)})
    assert answer.status_code == 422 and unchanged() == before
    assert agnes.post(URL, {}).status_code == 422


def test_a_script_of_somebody_near_does_not_go_along(scene, agnes, tasks):
    declare_interest(by=scene.agnes, reference="REF-0001")
    notices = Notice.objects.filter(person=scene.registrar).count()
    _answer, archive = taken(agnes)
    assert f"{tasks[1].submission.script}.pdf" not in archive.namelist()
    assert tasks[1].submission.script not in {row[0] for row in sheet_of(archive)}
    assert Notice.objects.filter(person=scene.registrar).count() == notices + 1

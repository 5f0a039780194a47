"""Whoever takes marks along is written down before they get them: who, when and which file."""

import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from assessments.deciding.actions.downloads import record_export_download, record_pack_download
from assessments.deciding.actions.exports import make_export
from assessments.deciding.export_models import ExportFile, MarksDownload
from lms.kit.refusals import NotAllowed
from lms.record.models import Entry

from .scene import sign_in
from .test_marks_exports import a_profile, decided


@pytest.fixture
def board(scene):
    return decided(scene)[0]


@pytest.fixture
def run(scene, board):
    return make_export(a_profile(scene), scene.cohort, board, by=scene.registrar)


def test_each_download_of_an_export_stands_on_its_receipt(scene, run):
    office, url = sign_in(Client(), scene.registrar), f"/registry/exports/files/{run.pk}/"
    assert "No one has downloaded it yet." in office.get(url).content.decode()
    for n in (1, 2):
        assert office.get(f"{url}file/").status_code == 200
        assert MarksDownload.objects.filter(run=run, sha256=run.sha256).count() == n
    made = MarksDownload.objects.first()
    entry = Entry.objects.filter(action="assessments.download_marks").last()
    assert (made.by, made.file_name) == (scene.registrar, run.file_name)
    assert entry.after["sha256"] == run.sha256
    page = office.get(url).content.decode()
    table = page.partition("Who downloaded it")[2]
    assert table.count(scene.registrar.full_name) == 2 and table.count(run.sha256) >= 2


def test_what_is_refused_or_not_there_is_no_download(scene, run):
    url = f"/registry/exports/files/{run.pk}/file/"
    for someone in (scene.agnes, scene.examiner, scene.author):
        assert sign_in(Client(), someone).get(url).status_code == 403
    ExportFile.objects.all().delete()
    assert sign_in(Client(), scene.registrar).get(url).status_code == 409
    for by in (scene.agnes, scene.author):
        with pytest.raises(NotAllowed):
            record_export_download(run, by=by)
        with pytest.raises(NotAllowed):
            record_pack_download(run.board, b"x", "board.pdf", by=by)
    assert not MarksDownload.objects.exists()
    assert not Entry.objects.filter(action="assessments.download_marks").exists()


def test_each_pack_is_written_down_with_its_own_hash(scene, board):
    office, url = sign_in(Client(), scene.registrar), f"/boards/{board.pk}/pack"
    found = []
    for ending in ("pdf", "xlsx"):
        answer = office.get(f"{url}.{ending}")
        made = MarksDownload.objects.get(file_name=f"board-{board.pk}.{ending}")
        assert made.sha256 == hashlib.sha256(answer.content).hexdigest() and made.board == board
        found.append(made.sha256)
    page = office.get(f"{url}/").content.decode()
    assert all(one in page for one in found) and scene.registrar.full_name in page
    assert f'href="{url}/"' in office.get(f"/boards/{board.pk}/").content.decode()
    assert office.get(f"{url}.docx").status_code == 404 and MarksDownload.objects.count() == 2
    for someone in (scene.agnes, scene.author):
        client = sign_in(Client(), someone)
        assert client.get(f"{url}.pdf").status_code == 403 == client.get(f"{url}/").status_code
    assert MarksDownload.objects.count() == 2


@pytest.mark.both_engines
def test_a_download_is_of_one_thing_and_never_changes(scene, run):
    made = record_export_download(run, by=scene.registrar)
    for spoil in (
        lambda: MarksDownload.objects.update(sha256="x"),
        lambda: MarksDownload.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    about = {"file_name": "x", "sha256": "y", "by": scene.registrar}
    for more in ({}, {"run": run, "board": run.board}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MarksDownload.objects.create(**about, **more)
    with pytest.raises(TypeError):
        made.save()

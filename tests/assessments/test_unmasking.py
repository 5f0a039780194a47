"""A name that is opened beside anonymous work is opened by somebody, at a moment, for a task or with a reason; and the list of it names no trainee."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from assessments.cases.actions.claims import make_claim
from assessments.cases.actions.evidence import add_evidence
from assessments.cases.actions.unmasking import open_author
from assessments.cases.models.readings import CaseReading
from assessments.cases.models.unmasking import Unmasking
from assessments.marking.models import Allocation, Moderation, ModerationScript
from assessments.setting.models import Sitting
from assessments.taking.actions.notes import answer_note
from assessments.taking.actions.submissions import save_note
from assessments.taking.notes import NoteLine
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, pdf, person, sign_in

WHY = "Telephoned about a wrong file"


def rows():
    return [(one.by_id, one.task, one.reason) for one in Unmasking.objects.order_by("pk")]


def test_each_opening_is_one_row_for_its_task_and_the_list_names_nobody(scene):
    scene.due(scene.essay)
    submission = scene.hand_in(note="Secret note to the office")
    claim = make_claim(
        scene.essay, scene.enrolment, "extension", "W.", date(2026, 12, 20), by=scene.author
    )
    file = add_evidence(claim, pdf(), by=scene.author)
    office, url = sign_in(Client(), scene.registrar), f"/my-work/receipts/{submission.receipt}/"
    # Work by its receipt: neither name nor script number until the registrar says why.
    page = office.get(url).content.decode()
    assert not [t for t in TELLTALES if t in page] and submission.script not in page
    for wrong in ("", " ", "x" * 201):
        answer = office.post(url, {"reason": wrong})
        assert answer.status_code == 422 and wrong.strip() in answer.content.decode().replace(
            "&#x27;", "'"
        )
    assert rows() == [] and not CaseReading.objects.exists()
    for _ in range(2):
        assert office.post(url, {"reason": WHY})["Location"] == url
    page = office.get(url).content.decode()
    assert "Zebedee Quuxington" in page and submission.script in page and "Secret note" in page
    assert CaseReading.objects.get().by == scene.registrar, "no script of theirs from now on"
    for _ in range(2):
        office.get(f"/registry/claims/{claim.pk}/")
        office.get(f"/registry/claims/{claim.pk}/{file.pk}/")
    key = scene.registrar.pk
    assert rows() == [(key, "receipt", WHY), (key, "claim", ""), (key, "evidence", "")]
    entries = Entry.objects.filter(action="assessments.open_name")
    assert entries.count() == 3 and WHY not in str(list(entries.values()))
    # The list: two kinds of readers, without the trainee; narrowed; as a file.
    examiner = sign_in(Client(), scene.examiner)
    for client, address in (
        (office, "/registry/opened-names/"),
        (examiner, "/examining/opened-names/"),
    ):
        page = client.get(address).content.decode()
        assert WHY in page and "Answering a claim" in page and "Given Registrar" in page
        assert not [t for t in TELLTALES if t in page] and submission.script not in page
        assert client.post(f"{address}?as=txt").status_code == 404
        sheet = client.post(f"{address}?as=csv")
        assert "opened-names-" in sheet["Content-Disposition"] and 'action="?as=csv"' in page
        text = b"".join(sheet.streaming_content).decode("utf-8-sig")
        assert text.count("\r\n") == 4 and WHY in text and "Quuxington" not in text
        later = f"{address}?first={DAY + timedelta(days=1)}"
        assert "No opening fits" in client.get(later).content.decode()
        assert WHY in client.get(f"{address}?by={key}&last={DAY}").content.decode()
        assert "Enter the day" in client.get(f"{address}?first=soon").content.decode()
        assert "1950 to 2099" in client.get(f"{address}?last=9999-12-31").content.decode()
    assert Entry.objects.filter(action="people.export_list").count() == 2, "who took it"
    assert "/registry/opened-names/" in office.get("/registry/").content.decode()
    assert "/examining/opened-names/" in examiner.get("/examining/").content.decode()


def test_a_guess_at_the_name_leaves_a_row_and_the_row_does_not_name_the_trainee(scene):
    said = "ZÉBEDEE’s mother called about ref-zq-998877; call her back"
    open_author(scene.hand_in(), said, by=scene.registrar)
    assert rows()[0][2] == "…’s mother called about …-…-…; call her back"
    assert CaseReading.objects.get().by == scene.registrar


@pytest.mark.parametrize("task", ["marker", "moderator"])
def test_who_was_given_another_script_of_the_author_learns_nothing_from_this_one(scene, task):
    scene.due(scene.portfolio), scene.due(scene.essay)
    second = person("second", Role.REGISTRAR)
    other = save_note(scene.portfolio, scene.enrolment, "Of another piece.", by=scene.author)
    if task == "marker":
        Allocation.objects.create(submission=other, marker=second, stage="first", due_on=DAY)
    else:
        sitting = Sitting.objects.get(assessment=scene.portfolio)
        whole = Moderation.objects.create(sitting=sitting, number=1, inputs={}, due_on=DAY)
        ModerationScript.objects.create(moderation=whole, submission=other, moderator=second)
    submission = scene.hand_in(note="Secret note to the office")
    claim = make_claim(
        scene.essay, scene.enrolment, "extension", "W.", date(2026, 12, 20), by=scene.author
    )
    assert Notice.objects.filter(person=scene.registrar).exists()
    assert not Notice.objects.filter(person=second).exists()
    client, url = sign_in(Client(), second), f"/my-work/receipts/{submission.receipt}/"
    for address in ("/registry/notes/", url):
        page = client.get(address).content.decode()
        assert not [t for t in TELLTALES if t in page] and "Open the name" not in page
    assert client.get(f"/registry/notes/{submission.receipt}/").status_code == 404
    assert client.get(f"/registry/claims/{claim.pk}/").status_code == 404
    assert "Quuxington" not in client.get("/registry/claims/").content.decode()
    assert client.post(url, {"reason": WHY}).status_code == 409
    for do in (
        lambda: open_author(submission, WHY, by=second),
        lambda: answer_note(submission, "Words.", by=second),
    ):
        with pytest.raises(NotAllowed):
            do()
    assert rows() == [] and not CaseReading.objects.exists() and not NoteLine.objects.exists()


def test_nobody_else_opens_a_name(scene):
    submission = scene.hand_in()
    scene.allocate(submission)
    marker = scene.agnes
    for who in (marker, scene.author, scene.examiner, OP):
        with pytest.raises(NotAllowed):
            open_author(submission, WHY, by=who)
    with pytest.raises(Refused, match="why"):
        open_author(submission, "  ", by=person("second", Role.REGISTRAR))
    url = f"/my-work/receipts/{submission.receipt}/"
    assert sign_in(Client(), marker).post(url, {"reason": WHY}).status_code == 404
    assert sign_in(Client(), scene.author).post(url, {"reason": WHY}).status_code == 409
    assert rows() == []


@pytest.mark.both_engines
def test_the_database_keeps_who_opened_what(scene):
    with clock.at(DAY):
        open_author(scene.hand_in(), WHY, by=scene.registrar)
    for spoil in (lambda: Unmasking.objects.update(reason="x"), Unmasking.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()

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
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Role
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
    for wrong in ("", " ", "x" * 201, "Zebedee’s mother called", "About ref-zq-998877"):
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
        sheet = client.get(f"{address}?as=csv")
        assert sheet["Content-Disposition"].endswith('"opened-names.csv"')
        text = sheet.content.decode("utf-8-sig")
        assert text.count("\r\n") == 4 and WHY in text and "Quuxington" not in text
        later = f"{address}?first={DAY + timedelta(days=1)}"
        assert "No opening fits" in client.get(later).content.decode()
        assert WHY in client.get(f"{address}?by={key}&last={DAY}").content.decode()
        assert "Enter the day" in client.get(f"{address}?first=soon").content.decode()
    assert "/registry/opened-names/" in office.get("/registry/").content.decode()
    assert "/examining/opened-names/" in examiner.get("/examining/").content.decode()


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

"""Every page of claims, appeals and misconduct is sound HTML, with data on it and without, as trainee and as office."""

from datetime import date

import pytest
from django.test import Client, override_settings

from assessments.cases.actions.alike import find_alike
from assessments.cases.actions.answers import ask_evidence
from assessments.cases.actions.appeals import make_appeal
from assessments.cases.actions.claims import make_claim
from assessments.cases.actions.evidence import add_evidence
from assessments.cases.actions.misconduct import inform_trainee, open_case, reply_to_case
from assessments.cases.models.misconduct import Resemblance

from ..house.html import faults
from .scene import sign_in
from .test_appeals import decided, letter
from .test_misconduct import LATER, flagged


def look(someone, *urls):
    client, found = sign_in(Client(), someone), []
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "no-store" in answer["Cache-Control"], url
        found += [f"{url}: {fault}" for fault in faults(answer.content.decode())]
    assert not found, "\n".join(found)


LISTS = ["/registry/claims/", "/registry/appeals/", "/registry/misconduct/", "/registry/"]


def test_pages_without_anything_on_them(scene):
    look(
        scene.registrar, *LISTS, "/registry/claims/?show=answered", "/registry/appeals/?show=closed"
    )
    look(scene.author, "/my-work/T1-ESSAY/claims/", "/my-work/T1-ESSAY/", "/my-work/", "/study/")


def test_pages_of_claims(scene):
    scene.due(scene.essay)
    claim = make_claim(
        scene.essay, scene.enrolment, "extension", "W.", date(2026, 12, 20), by=scene.author
    )
    file = add_evidence(claim, letter(), by=scene.author)
    office = sign_in(Client(), scene.registrar)
    office.get(f"/registry/claims/{claim.pk}/{file.pk}/")
    own = ["/my-work/T1-ESSAY/claims/", "/my-work/T1-ESSAY/", "/my-work/"]
    look(scene.author, *own)
    look(scene.registrar, *LISTS, f"/registry/claims/{claim.pk}/")
    assert not faults(office.post(f"/registry/claims/{claim.pk}/", {}).content.decode())
    ask_evidence(claim, "A note.", date(2026, 12, 1), by=scene.registrar)
    look(scene.author, *own)
    look(scene.registrar, "/registry/claims/?show=evidence", f"/registry/claims/{claim.pk}/")


def test_pages_of_appeals(scene):
    with override_settings(IMSA_RESIT_ALLOWED=False):
        decision = decided(scene)
    look(scene.author, "/my-work/appeals/T1/", "/study/")
    appeal = make_appeal(decision, "error", "W.", by=scene.author)
    add_evidence(appeal, letter(), by=scene.author)
    look(scene.author, "/my-work/appeals/T1/", "/study/")
    url = f"/registry/appeals/{appeal.pk}/"
    look(scene.registrar, *LISTS, url, f"/boards/{decision.board_id}/")
    client = sign_in(Client(), scene.registrar)
    for action in ("uphold", "decline"):
        assert not faults(client.post(url, {"action": action}).content.decode())


@pytest.mark.django_db
def test_pages_of_misconduct(scene):
    case = flagged(scene)
    scene.hand_in(enrolment=scene.another(1), seed="e")
    find_alike(by=scene.registrar)
    pair = f"/registry/misconduct/alike/{Resemblance.objects.get().pk}/"
    script = case.submission.script
    look(scene.agnes, f"/marking/{script}/flag/", f"/marking/{script}/")
    url = f"/registry/misconduct/{case.pk}/"
    look(scene.registrar, *LISTS, url, pair)
    open_case(case, "W.", by=scene.registrar)
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    look(scene.author, f"/my-work/letters/{case.pk}/", "/my-work/T1-ESSAY/")
    reply_to_case(case, "Mine.", by=scene.author)
    look(scene.registrar, url)
    look(scene.author, f"/my-work/letters/{case.pk}/")

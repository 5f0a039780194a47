"""The external examiner approves what is asked before anybody is asked it; who leads a module sets it, and never who studies it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.setting.actions.leaders import end_leader, name_leader
from assessments.setting.actions.reviews import answer, send, take_back
from assessments.setting.actions.sittings import set_sitting
from assessments.setting.actions.versions import (
    Incomplete,
    Outdated,
    approve,
    drop_draft,
    edit_version,
    start_version,
)
from assessments.setting.leader_models import ModuleLeader
from assessments.setting.models import Review
from assessments.setting.queries import version_for
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role

from .scene import DAY, OP, Scene, person, sign_in
from .test_submissions import together
from .test_versions import everything as tables
from .test_versions import newest


def everything():
    more = [list(m.objects.order_by("pk").values_list()) for m in (Review, ModuleLeader, Notice)]
    return [*tables(), *more]


def refused(kind, act, match=""):
    before = everything()
    with pytest.raises(kind, match=match or None):
        act()
    assert everything() == before


def draft_of(scene, brief="A new brief."):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    return edit_version(draft, by=scene.registrar, brief=brief)


def heard(someone):
    return list(Notice.objects.filter(person=someone).values_list("subject", flat=True))


def test_a_cohort_sits_only_what_the_examiner_approved(scene):
    draft = draft_of(scene)
    refused(NotAllowed, lambda: approve(draft, by=scene.registrar), "external examiner approves")
    sent = send(draft, by=scene.registrar)
    assert heard(scene.examiner) == ["An assessment to approve: An essay on one year"]
    refused(Refused, lambda: edit_version(sent, by=scene.registrar, brief="Other"))
    refused(
        Refused,
        lambda: set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=sent),
        "Only an approved version",
    )
    assert version_for(scene.essay, scene.cohort).number == 1
    for _again in range(2):
        answer(sent, "approved", "Clear.", by=scene.examiner, seen=sent.revision)
    assert Review.objects.get().words == "Clear."
    assert heard(scene.registrar) == ["Approved: An essay on one year"]
    assert version_for(scene.essay, scene.cohort).number == 2


def test_changes_are_asked_for_in_words_and_both_are_kept(scene):
    sent = send(draft_of(scene), by=scene.registrar)
    refused(Refused, lambda: answer(sent, "changes", " ", by=scene.examiner), "Say what")
    answer(sent, "changes", "Say which law.", by=scene.examiner)
    page = sign_in(Client(), scene.registrar).get("/registry/assessments/T1-ESSAY/2/")
    assert "Say which law." in page.content.decode()
    draft = edit_version(sent, by=scene.registrar, brief="The Act of 2015.")
    refused(Refused, lambda: drop_draft(draft, by=scene.registrar), "has answered about this draft")
    send(draft, by=scene.registrar)
    answer(sent, "approved", "", by=scene.examiner)
    assert [r.answer for r in draft.reviews.all()] == ["changes", "approved"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.update(words="Never mind.")


def test_no_answer_about_another_text_than_the_one_that_was_read(scene):
    sent = send(draft_of(scene), by=scene.registrar)
    read = sent.revision
    take_back(sent, by=scene.registrar)
    refused(Refused, lambda: answer(sent, "approved", "", by=scene.examiner), "waits for no answer")
    edit_version(sent, by=scene.registrar, brief="Something else.")
    send(sent, by=scene.registrar)
    refused(Outdated, lambda: answer(sent, "approved", "", by=scene.examiner, seen=read))


def test_an_unfinished_or_stale_draft_is_not_sent(scene):
    draft = draft_of(scene, brief="")
    refused(Incomplete, lambda: send(draft, by=scene.registrar))
    edit_version(draft, by=scene.registrar, brief="B")
    refused(Outdated, lambda: send(draft, by=scene.registrar, seen=draft.revision))


def test_only_an_examiner_who_sets_nothing_there_answers(scene):
    sent = send(draft_of(scene), by=scene.registrar)
    both = person("both", Role.EXTERNAL_EXAMINER, Role.REGISTRAR)
    for by in (scene.registrar, scene.agnes, scene.author, both, OP):
        refused(NotAllowed, lambda by=by: answer(sent, "approved", "", by=by))
    grant(scene.author, Role.EXTERNAL_EXAMINER, by=OP, starts_on=date(2025, 1, 1))
    scene.author.__dict__.pop("_roles_today", None)
    refused(NotAllowed, lambda: answer(sent, "approved", "", by=scene.author), "You study")


def test_the_examiner_answers_on_a_page(scene):
    sent, client = send(draft_of(scene), by=scene.registrar), sign_in(Client(), scene.examiner)
    url = "/examining/papers/T1-ESSAY/2/"
    assert url in client.get("/examining/papers/").content.decode()
    page = client.get(url).content.decode()
    assert "A new brief." in page and "Right and dated." in page
    before = everything()
    for wrong, words in (
        ({}, "Choose whether you approve it"),
        ({"answer": "changes", "words": ""}, "Say what should change."),
        ({"answer": "approved", "seen": "0"}, "has changed since you opened it"),
    ):
        shown = client.post(url, {"seen": sent.revision, **wrong})
        assert shown.status_code == 422 and words in shown.content.decode()
        assert everything() == before
    asked = {"answer": "changes", "words": "Shorter.", "seen": sent.revision}
    assert client.post(url, asked).status_code == 302
    page = client.get(url).content.decode()
    assert "Shorter." in page and "A new brief." not in page, "a draft is not theirs to read"
    assert client.get("/examining/papers/T1-ESSAY/1/").status_code == 404
    for someone in (scene.registrar, scene.agnes, scene.author):
        other = sign_in(Client(), someone)
        assert other.get(url).status_code == other.get("/examining/papers/").status_code == 403
        assert other.post(url, asked).status_code == 403


# ---- who leads a module ----


def test_a_leader_sets_their_module_and_no_other_from_day_to_day(scene):
    refused(NotAllowed, lambda: start_version(newest(scene.essay), by=scene.agnes))
    line = name_leader(scene.one, scene.agnes, DAY + timedelta(1), by=scene.registrar)
    refused(NotAllowed, lambda: start_version(newest(scene.essay), by=scene.agnes))
    with clock.at(DAY + timedelta(1)):
        client = sign_in(Client(), scene.agnes)
        page = client.get("/registry/assessments/").content.decode()
        assert "T1-ESSAY" in page and "T2-PORT" not in page
        assert client.get("/registry/assessments/T2-PORT/").status_code == 404
        days = client.get("/registry/cohorts/T2026/dates/").content.decode()
        assert "T1-ESSAY" in days and "T2-PORT" not in days
        assert client.get("/registry/leaders/").status_code == 403
        draft = start_version(newest(scene.essay), by=scene.agnes)
        refused(NotAllowed, lambda: start_version(newest(scene.portfolio), by=scene.agnes))
        sent = send(draft, by=scene.agnes)
        answer(sent, "changes", "Shorter.", by=scene.examiner)
        assert "Changes asked for: An essay on one year" in heard(scene.agnes)
        for _again in range(2):
            end_leader(line, by=scene.registrar)
        edit_version(draft, by=scene.agnes, brief="Still today.")
    with clock.at(DAY + timedelta(2)):
        refused(NotAllowed, lambda: edit_version(draft, by=scene.agnes, brief="No more."))
        assert sign_in(Client(), scene.agnes).get("/registry/assessments/").status_code == 403


def test_whoever_studies_there_sets_nothing(scene):
    scene.enrol(scene.tomasz, "REF-TUTOR")
    refused(
        Refused,
        lambda: name_leader(scene.one, scene.tomasz, DAY, by=scene.registrar),
        "studies in this programme",
    )
    name_leader(scene.one, scene.agnes, DAY, by=scene.registrar)
    scene.enrol(scene.agnes, "REF-AGNES")
    scene.enrol(scene.registrar, "REF-REGISTRAR")
    for by in (scene.agnes, scene.registrar):
        refused(NotAllowed, lambda by=by: start_version(newest(scene.essay), by=by), "You study")
        client = sign_in(Client(), by)
        assert client.get("/registry/assessments/T1-ESSAY/").status_code == 404
        assert "T1-ESSAY" not in client.get("/registry/assessments/").content.decode()


def test_a_registrar_names_a_leader_on_a_page(scene):
    client, url = sign_in(Client(), scene.registrar), "/registry/leaders/"
    good = {"module": scene.one.pk, "person": scene.agnes.pk, "starts_on": "2026-11-20"}
    before = everything()
    for wrong, words in (
        ({"module": ""}, "Choose the module."),
        ({"person": scene.author.pk}, "Select a valid choice"),
        ({"starts_on": "soon"}, "Write the day as"),
    ):
        shown = client.post(url, {**good, **wrong})
        assert shown.status_code == 422 and words in shown.content.decode()
        assert everything() == before
    for _again in range(2):
        assert client.post(url, good).status_code == 302
    line = ModuleLeader.objects.get()
    assert heard(scene.agnes) == ["You lead module T1"]
    refused(NotAllowed, lambda: name_leader(scene.two, scene.helen, DAY, by=scene.agnes))
    refused(Refused, lambda: name_leader(scene.two, scene.author, DAY, by=scene.registrar))
    assert client.post(url, {"action": "end", "line": line.pk}).status_code == 302
    line.refresh_from_db()
    assert line.ends_on == DAY


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_change_at_once_leave_the_text_that_was_approved():
    with clock.at(DAY):
        scene = Scene()
        sent = send(draft_of(scene, brief="Read."), by=scene.registrar)
    gate, refusals = threading.Barrier(2), []

    def press(which):
        with clock.at(DAY):
            gate.wait()
            try:
                if which == "answer":
                    answer(sent, "approved", "", by=scene.examiner, seen=sent.revision)
                else:
                    take_back(sent, by=scene.registrar)
                    edit_version(sent, by=scene.registrar, brief="Never read.")
            except Refused:
                refusals.append(which)
        connection.close()

    together(press, "answer", "change")
    sent.refresh_from_db()
    assert len(refusals) == 1
    assert (sent.state, sent.brief) in {("approved", "Read."), ("draft", "Never read.")}

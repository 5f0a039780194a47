"""Sections of a quiz: each keeps its questions whatever a draft moves and a quiz draws, and an attempt keeps the headings it was asked under."""

import re

import pytest
from django.test import Client

from assessments.setting.actions.questions import move_question, remove_question
from assessments.setting.actions.scenarios import write_scenario
from assessments.setting.actions.sections import remove_section, write_section
from assessments.setting.actions.versions import (
    Outdated,
    approve,
    drop_draft,
    edit_version,
    faults,
    make_assessment,
    start_version,
)
from assessments.setting.queries import questions_in
from assessments.setting.sections import QuizSection, sections_by_question
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz
from assessments.taking.queries import questions_asked
from lms.kit.refusals import Refused
from lms.record.models import Entry

from .scene import sign_in
from .test_scenarios import ask


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    """`test_papers.py` is about the examiner's word."""
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def draft(scene):
    """A, B | Law: C, S1, S2 | Role: D, E; the two S are of one scenario."""
    made = make_assessment(scene.one, "T1-PARTS", "quiz", "In parts", weight=0, by=scene.registrar)
    edit_version(made, by=scene.registrar, brief="Answer them all.")
    for text in ("A", "B", "C"):
        ask(scene, made, text)
    scenario = write_scenario(made, "Ana works in a laundry.", by=scene.registrar)
    for text in ("S1", "S2"):
        ask(scene, made, text, scenario)
    for text in ("D", "E"):
        ask(scene, made, text)
    for title, first in (("Law", "C"), ("Role", "D")):
        words = f"About {title.lower()}.\n\nRead it twice."
        write_section(made, title, words, key_of(made, first), by=scene.registrar)
    made.refresh_from_db()
    return made


def key_of(version, text):
    return next(one.key for one in questions_in(version) if one.text == text)


def parts(version):
    """“AB Law:C,S1,S2 Role:D,E”"""
    found, said, last = sections_by_question(version), "", None
    for question in questions_in(version):
        section = found.get(question.pk)
        said += f" {section.title}:" if section and section != last else ""
        said += question.text
        last = section
    return said.strip()


def everything():
    rows = list(QuizSection.objects.order_by("pk").values_list())
    return rows, list(Entry.objects.order_by("pk").values_list("pk"))


def test_questions_move_leave_and_cross_and_each_section_keeps_its_own(scene, draft):
    def moved(text, direction):
        move_question(draft, key_of(draft, text), direction, by=scene.registrar)
        return parts(draft)

    assert parts(draft) == "AB Law:CS1S2 Role:DE"
    assert moved("D", "down") == "AB Law:CS1S2 Role:ED", "the first of a section gives its place"
    assert moved("E", "up") == "AB Law:CS1S2E Role:D", "over the edge, and nothing else moves"
    assert moved("E", "down") == "AB Law:CS1S2 Role:ED"
    assert moved("C", "up") == "ABC Law:S1S2 Role:ED"
    assert moved("S2", "up") == "ABC Law:S2S1 Role:ED"
    assert moved("C", "down") == "AB Law:CS2S1 Role:ED"
    remove_question(
        draft, next(q for q in questions_in(draft) if q.text == "E"), by=scene.registrar
    )
    assert parts(draft) == "AB Law:CS2S1 Role:D"
    remove_question(
        draft, next(q for q in questions_in(draft) if q.text == "D"), by=scene.registrar
    )
    assert parts(draft) == "AB Law:CS2S1"
    assert "Section “Role” has no questions. Say where it begins, or remove it." in faults(draft)
    role = draft.sections.get(title="Role")
    write_section(draft, "Role", "", key_of(draft, "A"), by=scene.registrar, section=role)
    assert parts(draft) == "Role:AB Law:CS2S1" and not faults(draft)
    law = draft.sections.get(title="Law")
    for _again in range(2):
        remove_section(draft, law, by=scene.registrar)
    assert parts(draft) == "Role:ABCS2S1"
    drop_draft(draft, by=scene.registrar)
    assert not QuizSection.objects.exists()


def test_what_cannot_be_is_refused_and_an_approved_version_keeps_its_sections(scene, draft):
    law, before = draft.sections.get(title="Law"), everything()
    for title, first, section, words in (
        ("Other", "S2", None, "belongs to a scenario"),
        ("Other", "D", None, "“Role” begins there already"),
        ("Law", "D", law, "“Role” begins there already"),
        (" ", "A", None, "Give the section a title"),
    ):
        with pytest.raises(Refused, match=words):
            write_section(
                draft, title, "", key_of(draft, first), by=scene.registrar, section=section
            )
    with pytest.raises(Outdated):
        write_section(draft, "X", "", key_of(draft, "A"), by=scene.registrar, seen=0)
    words = "About law.\n\nRead it twice."
    write_section(draft, "Law", words, key_of(draft, "C"), by=scene.registrar, section=law)
    assert everything() == before, "the same again is nothing"

    approved = approve(draft, by=scene.registrar)
    later = start_version(approved, by=scene.registrar)
    assert parts(later) == parts(approved) == "AB Law:CS1S2 Role:DE"
    move_question(later, key_of(later, "D"), "up", by=scene.registrar)
    write_section(
        later, "Duty", "", key_of(later, "E"), by=scene.registrar, section=later.sections.last()
    )
    assert parts(later) == "AB Law:CS1S2D Duty:E" and parts(approved) == "AB Law:CS1S2 Role:DE"
    for act in (
        lambda: write_section(approved, "X", "", key_of(approved, "A"), by=scene.registrar),
        lambda: remove_section(approved, law, by=scene.registrar),
    ):
        with pytest.raises(Refused, match="cannot be changed"):
            act()
    assert parts(approved) == "AB Law:CS1S2 Role:DE"


@pytest.mark.both_engines
def test_what_is_drawn_stays_in_its_section_and_pages_show_the_headings(scene, draft):
    author, url = sign_in(Client(), scene.author), "/my-work/T1-PARTS/"
    registrar = sign_in(Client(), scene.registrar)
    here = "/registry/assessments/T1-PARTS/1/"
    page = registrar.get(here).content.decode()
    role = draft.sections.get(title="Role")
    assert f"{here}sections/{role.pk}/" in page and f"{here}sections/new/" in page
    for someone in (scene.author, scene.agnes, scene.examiner):
        for end in ("new", role.pk):
            assert sign_in(Client(), someone).get(f"{here}sections/{end}/").status_code == 404
    form = registrar.get(f"{here}sections/{role.pk}/").content.decode()
    assert "About role." in form and ">5. " not in form, (
        "a scenario’s second question is no beginning"
    )
    sent = {"title": "Your role", "text": "Typed.", "first": "", "seen": str(draft.revision)}
    answer = registrar.post(f"{here}sections/{role.pk}/", sent)
    assert answer.status_code == 422 and "Typed." in answer.content.decode()
    sent["first"] = key_of(draft, "D")
    assert registrar.post(f"{here}sections/{role.pk}/", sent).status_code == 302
    stale = registrar.post(f"{here}sections/{role.pk}/", {**sent, "text": "Old tab."})
    assert stale.status_code == 409 and "Old tab." in stale.content.decode()
    draft.refresh_from_db()
    before, gone = everything(), f"{here}sections/{role.pk + 999}/"
    late = registrar.post(gone, {**sent, "text": "Typed late.", "seen": str(draft.revision)})
    assert late.status_code == 409 and "no longer in the draft" in late.content.decode()
    assert "Typed late." in late.content.decode() and everything() == before
    assert registrar.get(gone).status_code == 404
    edit_version(draft, by=scene.registrar, asks=5)
    approve(draft, by=scene.registrar)

    begun = begin_quiz(draft.assessment, scene.enrolment, by=scene.author)
    asked = questions_asked(begun)
    titles = [one.section.title if one.section else "" for one in asked]
    assert titles == sorted(titles, key=["", "Law", "Your role"].index) and len(asked) == 5
    belongs = {"A": "", "B": "", "C": "Law", "S1": "Law", "S2": "Law"}
    assert all(
        title == belongs.get(one.text, "Your role")
        for one, title in zip(asked, titles, strict=True)
    )
    heads = [t for t in ("Law", "Your role") if t in titles]
    for address in (url, f"{url}check/"):
        body = author.get(address).content.decode()
        assert re.findall(r'<h2 id="section-\d+">([^<]+)</h2>', body) == heads
    answers = {q.key: next(c.pk for c in q.choices.all() if c.is_right) for q in asked}
    hand_in_quiz(begun, answers, by=scene.author)
    assert re.findall(r'id="section-\d+">([^<]+)<', author.get(url).content.decode()) == heads
    assert "Your role" in registrar.get(here).content.decode()  # and the version's own page

"""Questions about one text stay together and in their order, whatever a draft moves and a quiz draws; what was asked keeps its text."""

import pytest
from django.db.models import ProtectedError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.question_imports import import_questions, keep_file, new_rows
from assessments.setting.actions.questions import (
    move_question,
    order_questions,
    remove_question,
    write_question,
)
from assessments.setting.actions.scenarios import remove_scenario, write_scenario
from assessments.setting.actions.versions import (
    approve,
    drop_draft,
    edit_version,
    faults,
    make_assessment,
    start_version,
)
from assessments.setting.bank import Scenario
from assessments.setting.models import AssessmentVersion, Question, VersionQuestion
from assessments.setting.queries import questions_in
from assessments.setting.question_files import read_rows
from assessments.setting.scenarios import groups_of
from assessments.setting.together import can_draw
from assessments.taking.actions.quizzes import begin_quiz
from assessments.taking.draw import draw, draw_in_parts
from assessments.taking.queries import questions_asked
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import OP, in_days, sign_in

CHOICES = [{"text": "Right", "is_right": True}, {"text": "Wrong"}]


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


@pytest.fixture
def draft(scene):
    """Three single questions around a scenario of two: A, S1, S2, B, C."""
    made = make_assessment(scene.one, "T1-CASE", "quiz", "A case", weight=0, by=scene.registrar)
    edit_version(made, by=scene.registrar, brief="Answer them all.")
    ask(scene, made, "A")
    scenario = write_scenario(made, "Ana works in a laundry.", by=scene.registrar)
    for text in ("S1", "B", "C", "S2"):
        ask(scene, made, text, scenario if text.startswith("S") else None)
    made.refresh_from_db()
    return made


def ask(scene, version, text, scenario=None, **more):
    facts = {"text": text, "choices": CHOICES, "scenario": scenario.key if scenario else "", **more}
    return write_question(version, facts, by=scene.registrar)


def texts(version):
    return [question.text for question in questions_in(version)]


def of(version, text):
    return next(question for question in questions_in(version) if question.text == text)


def what_is_missing(version):
    version.refresh_from_db()
    return faults(version)


def everything():
    return [
        list(table.objects.order_by("pk").values_list())
        for table in (AssessmentVersion, Question, Scenario, VersionQuestion, Entry)
    ]


# ---- in a draft ----


def test_a_question_of_a_scenario_goes_to_the_others_and_moves_among_them(scene, draft):
    by = scene.registrar
    assert texts(draft) == ["A", "S1", "S2", "B", "C"]
    key = Scenario.objects.get().key
    moves = [
        (of(draft, "S1").key, "up", "A S1 S2 B C"),  # the first of its scenario
        (of(draft, "S1").key, "down", "A S2 S1 B C"),
        (of(draft, "S1").key, "down", "A S2 S1 B C"),  # the last
        (of(draft, "B").key, "up", "A B S2 S1 C"),  # past the whole scenario
        (of(draft, "A").key, "down", "B A S2 S1 C"),
        (key, "down", "B A C S2 S1"),
        (key, "down", "B A C S2 S1"),
        (key, "up", "B A S2 S1 C"),
    ]
    for what, direction, expected in moves:
        move_question(draft, what, direction, by=by)
        assert " ".join(texts(draft)) == expected
    before = everything()
    keys = [of(draft, text).key for text in ("S2", "B", "S1", "A", "C")]
    with pytest.raises(Refused, match="stay together"):
        order_questions(draft, keys, by=by)
    with pytest.raises(Refused, match="no longer in the draft"):
        move_question(draft, "S-NONE", "up", by=by)
    assert everything() == before


def test_another_text_changes_no_version_that_was_asked(scene, draft):
    by, old = scene.registrar, Scenario.objects.get()
    write_scenario(draft, "Ana works in a big laundry.", by=by, scenario=old)
    assert Scenario.objects.get().text.endswith("big laundry."), "nobody else asks about it"
    before = everything()
    write_scenario(draft, "Ana works in a big laundry.", by=by, scenario=old)
    assert everything() == before, "twice is once"
    approve(draft, by=by)
    later = start_version(draft, by=by)
    shared = of(draft, "S1")
    write_question(later, {"text": "S1 anew", "choices": CHOICES}, by=by, question=shared)
    made = write_scenario(later, "Ana works on a farm.", by=by, scenario=old)
    assert made.pk != old.pk and texts(later) == ["A", "S1 anew", "S2", "B", "C"]
    assert {q.scenario.text for q in questions_in(later) if q.scenario} == {"Ana works on a farm."}
    assert of(later, "S2").replaces == of(draft, "S2") and of(later, "S2").choices.count() == 2
    old.refresh_from_db()
    assert old.text.endswith("big laundry.") and texts(draft) == ["A", "S1", "S2", "B", "C"]
    assert {q.scenario_id for q in questions_in(draft) if q.scenario} == {old.pk}
    with pytest.raises(Refused):
        write_scenario(draft, "Other", by=by, scenario=old)
    # The draft is thrown away: what it alone had goes, what was asked stays.
    drop_draft(later, by=by)
    assert list(Scenario.objects.all()) == [old] and len(texts(draft)) == 5


def test_a_scenario_leaves_with_its_questions_and_waits_when_it_has_none(scene, draft):
    by, found = scene.registrar, Scenario.objects.get()
    for text in ("S1", "S2"):
        remove_question(draft, of(draft, text), by=by)
    assert Scenario.objects.exists()
    assert any("no questions yet" in fault for fault in what_is_missing(draft))
    ask(scene, draft, "S3", found)
    assert what_is_missing(draft) == [] and texts(draft) == ["A", "B", "C", "S3"]
    approve(draft, by=by)
    later = start_version(draft, by=by)
    for _twice in range(2):
        remove_scenario(later, found, by=by)
    assert texts(later) == ["A", "B", "C"] and texts(draft)[-1] == "S3"
    assert Entry.objects.filter(action="assessments.remove_scenario").count() == 1
    assert Scenario.objects.exists(), "the approved version asks about it"
    with pytest.raises(ProtectedError):
        found.delete()
    other = write_scenario(later, "Another.", by=by)
    ask(scene, later, "O1", other)
    remove_scenario(later, other, by=by)
    assert not Scenario.objects.filter(text="Another.").exists()


def test_who_may_not_set_writes_and_removes_none(scene, draft):
    before, found = everything(), Scenario.objects.get()
    for person in (scene.agnes, scene.author):
        with pytest.raises(NotAllowed):
            write_scenario(draft, "X", by=person)
        with pytest.raises(NotAllowed):
            remove_scenario(draft, found, by=person)
    other = start_version(scene.quiz.versions.get(), by=scene.registrar)
    before = everything()
    with pytest.raises(Refused, match="no longer in the draft"):
        write_scenario(other, "X", by=scene.registrar, scenario=found)
    with pytest.raises(Refused, match="no longer in the draft"):
        ask(scene, other, "X", found)
    remove_scenario(other, found, by=scene.registrar)
    assert everything() == before


def test_a_scenario_that_could_not_be_asked_whole_keeps_a_version_back(scene, draft):
    by, scenario = scene.registrar, Scenario.objects.get()
    edit_version(draft, by=by, asks=4)
    assert what_is_missing(draft) == []
    ask(scene, draft, "S3", scenario, nation="wales")
    (fault, *_more) = what_is_missing(draft)
    assert "Question 4" in fault and "other trainees" in fault
    remove_question(draft, of(draft, "S3"), by=by)
    for text in ("A", "B"):
        remove_question(draft, of(draft, text), by=by)
    edit_version(draft, by=by, asks=1)
    assert what_is_missing(draft) == []  # the one outside
    remove_question(draft, of(draft, "C"), by=by)
    assert "cannot ask exactly 1 questions" in what_is_missing(draft)[0]
    edit_version(draft, by=by, asks=None)
    assert what_is_missing(draft) == []


def test_a_draw_by_tag_has_whole_scenarios(scene, draft):
    by = scene.registrar
    tags = [("difficulty", "hard")]
    edit_version(draft, by=by, asks=3, draws=[{"tag": "hard", "count": 2}])
    s1, s2 = of(draft, "S1"), of(draft, "S2")
    write_question(draft, {"text": "S1", "choices": CHOICES, "tags": tags}, by=by, question=s1)
    assert any("or none" in fault for fault in what_is_missing(draft))
    write_question(draft, {"text": "S2", "choices": CHOICES, "tags": tags}, by=by, question=s2)
    assert what_is_missing(draft) == []
    approve(draft, by=by)
    scene.due(draft.assessment)
    for n in range(4):
        enrolment = scene.another(n)
        quiz = begin_quiz(draft.assessment, enrolment, by=enrolment.person)
        asked = [question.text for question in questions_asked(quiz)]
        assert len(asked) == 3 and {"S1", "S2"} <= set(asked)


# ---- the draw ----


@given(
    st.text(max_size=6),
    st.lists(st.integers(1, 4), min_size=1, max_size=8),
    st.integers(0, 12),
    st.sets(st.integers(0, 20), max_size=5),
)
def test_a_draw_takes_units_whole_and_exactly_as_many_where_it_can(seed, sizes, count, earlier):
    groups, keys = [], []
    for size in sizes:
        groups.append(list(range(len(keys), len(keys) + size)))
        keys += groups[-1]
    found = draw(seed, keys, count, earlier, groups)
    assert found == sorted(found) == draw(seed, keys, count, earlier, groups)
    assert all(set(group) <= set(found) or not set(group) & set(found) for group in groups)
    if count >= len(keys):
        assert found == keys
    elif can_draw(sizes, count):
        assert len(found) == count
    else:
        assert len(found) < count
    assert draw_in_parts(seed, keys, count, [], earlier, groups) == found


def test_what_was_asked_before_comes_last_as_a_whole():
    keys, groups = list("abcdef"), ["ab", "cd"]
    for seed in map(str, range(20)):
        assert not {"a", "b"} & set(draw(seed, keys, 3, {"b"}, groups))
        assert set(draw(seed, keys, 2, {"a", "e", "f"}, groups)) == {"c", "d"}


@pytest.mark.both_engines
def test_each_attempt_is_asked_all_of_a_scenario_or_none_in_its_order(scene, draft):
    edit_version(draft, by=scene.registrar, asks=3)
    approve(draft, by=scene.registrar)
    scene.due(draft.assessment)
    papers = set()
    for n in range(1, 13):
        enrolment = scene.another(n)
        quiz = begin_quiz(draft.assessment, enrolment, by=enrolment.person)
        papers.add(" ".join(question.text for question in questions_asked(quiz)))
    assert papers <= {"A S1 S2", "S1 S2 B", "S1 S2 C", "A B C"} and len(papers) > 1


# ---- on pages ----


def test_a_registrar_writes_a_scenario_its_questions_and_what_changed_meanwhile(scene, registrar):
    start_version(scene.quiz.versions.get(), by=scene.registrar)
    base = "/registry/assessments/T1-QUIZ/2/"

    def seen():
        return str(scene.quiz.versions.get(number=2).revision)

    answer = registrar.post(f"{base}scenarios/new/", {"text": " ", "seen": seen()})
    assert answer.status_code == 422 and "Write the scenario." in answer.content.decode()
    text = "Ben sleeps\nwhere he works."
    old = seen()
    answer = registrar.post(f"{base}scenarios/new/", {"text": text, "seen": old})
    made = Scenario.objects.get()
    assert answer["Location"] == f"{base}scenarios/{made.key}/"
    stale = registrar.post(answer["Location"], {"text": "Other words", "seen": old})
    assert stale.status_code == 409 and "Other words" in stale.content.decode()
    made.refresh_from_db()
    assert made.text.endswith("works.") and "Ben sleeps" in registrar.get(base).content.decode()
    url = f"{base}questions/new/?kind=truth&scenario={made.key}"
    assert "Ben sleeps" in registrar.get(url).content.decode()
    assert registrar.get(f"{base}questions/new/?scenario=S-NONE").status_code == 404
    sent = {"text": "He may leave.", "right": "False", "seen": seen()}
    assert registrar.post(url, sent).status_code == 302
    question = made.questions.get()
    assert question.kind == "truth"
    page = registrar.get(base).content.decode()
    assert f"up-{made.key}" in page and "Of the scenario" in page
    assert "Ben sleeps" in registrar.get(f"{base}preview/").content.decode()
    page = registrar.get(f"{base}questions/{question.key}/").content.decode()
    assert "Change the scenario" in page
    here = f"{base}scenarios/{made.key}/"
    assert registrar.post(here, {"action": "remove", "seen": seen()}).status_code == 302
    assert not Scenario.objects.exists() and registrar.get(here).status_code == 404
    outsider = sign_in(Client(), scene.author)
    assert outsider.get(f"{base}scenarios/new/").status_code == 404


def test_a_trainee_reads_the_scenario_above_its_questions(scene, draft):
    approve(draft, by=scene.registrar)
    scene.due(draft.assessment)
    author, url = sign_in(Client(), scene.author), "/my-work/T1-CASE/"
    page = author.get(url).content.decode()
    assert page.count("Ana works in a laundry.") == 1 and "2 questions are about it." in page
    places = [page.index(f">{text}<") for text in ("A", "S1", "S2", "B", "C")]
    assert places == sorted(places) and places[0] < page.index("Ana works") < places[1]
    quiz = begin_quiz(draft.assessment, scene.enrolment, by=scene.author)
    right = {
        f"answer-{q.key}": str(next(c.pk for c in q.choices.all() if c.is_right))
        for q in questions_asked(quiz)
    }
    author.post(url, {**right, "action": "save"})
    assert author.get(f"{url}check/").content.decode().count("Ana works in a laundry.") == 1
    author.post(url, {**right, "action": "hand_in"})
    page = author.get(url).content.decode()
    assert page.count("Ana works in a laundry.") == 1
    with clock.at(in_days(1)):
        assert "5 of 5 right." in author.get(url).content.decode()


def test_questions_of_one_scenario_are_a_group(scene, draft):
    keys = [of(draft, text).key for text in ("S1", "S2")]
    assert groups_of(questions_in(draft)) == [keys]


# ---- files ----


@pytest.mark.parametrize("ending", ["xml", "gift", "zip"])
def test_a_scenario_goes_out_and_comes_in_with_its_questions(scene, draft, registrar, ending):
    other = write_scenario(draft, "Ben sleeps\nwhere he <works>.", by=scene.registrar)
    gap = {"gaps": [{"kind": "short", "accept": ["so"]}]}
    ask(scene, draft, "It is [[1]] here", other, kind="cloze", solution=gap)
    ask(scene, draft, "S1", other)  # the same question about another text is another question
    content = registrar.get(f"/registry/assessments/T1-CASE/1/export/{ending}/").content
    rows, losses = read_rows(f"bank.{ending}", content)
    assert [row.fault for row in rows] == [""] * len(rows)
    target = make_assessment(scene.one, "T1-NEW", "quiz", "New", weight=0, by=scene.registrar)
    values = [row.as_values() for row in rows]
    file = keep_file(target, "b", values, losses, by=scene.registrar)
    if ending == "gift":
        assert content.decode().count("GIFT has no scenarios") == 2 and losses
        return
    assert losses == [] and [row.notes for row in rows] == [[]] * 7
    url = f"/registry/assessments/T1-NEW/1/import/{file.pk}/"
    assert registrar.get(url).content.decode().count("Ana works in a laundry.") == 1
    assert import_questions(file, by=scene.registrar) == 7
    found = [(q.text, q.scenario.text if q.scenario else "") for q in questions_in(target)]
    text = other.text.replace("<works>", "< works>")  # what looks like a tag is never kept
    assert found == [
        ("A", ""),
        ("S1", "Ana works in a laundry."),
        ("S2", "Ana works in a laundry."),
        ("B", ""),
        ("C", ""),
        ("It is [[1]] here", text),
        ("S1", text),
    ]
    assert len({q.scenario_id for q in questions_in(target) if q.scenario}) == 2
    assert new_rows(target, values) == []
    # Half of it is there: the rest goes to it.
    remove_question(target, of(target, "S2"), by=scene.registrar)
    Scenario.objects.filter(text=text).update(text=text.replace("\n", "\r\n\r\n"))
    remove_question(target, of(target, "It is [[1]] here"), by=scene.registrar)
    again = keep_file(target, "b", values, losses, by=scene.registrar)
    assert import_questions(again, by=scene.registrar) == 2
    assert texts(target) == ["A", "S1", "S2", "B", "C", "S1", "It is [[1]] here"]
    assert target.assessment.scenarios.count() == 2


def test_a_text_that_is_not_in_the_package_is_named():
    body = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="One">'
        '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse>'
        '<value>A</value></correctResponse></responseDeclaration><assessmentStimulusRef identifier="s" '
        'href="../gone.xml"/><itemBody><p>Which?</p><choiceInteraction responseIdentifier="R">'
        '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice>'
        "</choiceInteraction></itemBody></assessmentItem>"
    )
    (row,), _losses = read_rows("item.xml", body.encode())
    assert row.facts["kind"] == "single" and "gone.xml" in row.notes[0]


def test_a_file_of_an_installation_names_scenarios_and_twice_is_once(scene):
    def facts(text, *, about="case"):
        gap = {"gaps": [{"kind": "single", "right": "so", "others": ["thus", "not"]}]}
        ends = {"key": "L-3", "kind": "cloze", "text": "It is [[1]].", "solution": gap}
        truth = [{"text": "True", "right": True}, {"text": "False"}]
        parts = [
            {
                "key": f"L-{n}",
                "kind": "truth",
                "text": f"Part {n}",
                "scenario": about,
                "choice": truth,
            }
            for n in (1, 2)
        ]
        named = [{"key": "case", "text": text}]
        about = {"code": "T1-LOAD", "kind": "quiz", "title": "Loaded", "weight": 0, "brief": "All."}
        return {**about, "scenario": named, "question": [*parts, {**ends, "scenario": ""}]}

    for _twice in range(2):
        quiz = keep_assessment(scene.one, facts("Ana works."), by=OP)
    first = quiz.versions.get()
    assert {q.scenario.text for q in questions_in(first)[:2]} == {"Ana works."}
    assert questions_in(first)[2].scenario is None
    for _twice in range(2):
        keep_assessment(scene.one, facts("Ana works nights."), by=OP)
    second = quiz.versions.get(number=2)
    assert {q.scenario.text for q in questions_in(second)[:2]} == {"Ana works nights."}
    assert {q.scenario.text for q in questions_in(first)[:2]} == {"Ana works."}
    keep_assessment(scene.one, facts("Ana works nights.", about=""), by=OP)
    assert not any(q.scenario for q in questions_in(quiz.versions.get(number=3)))
    assert Scenario.objects.count() == 2


def test_a_first_draft_that_is_deleted_takes_its_scenarios_along(scene, draft):
    write_scenario(draft, "Without questions.", by=scene.registrar)
    drop_draft(draft, by=scene.registrar)
    assert not Scenario.objects.exists() and not Question.objects.filter(text="S1").exists()

"""Questions of other systems come into a draft as they are or are named, nothing before its reader says so; what goes out comes in again as the same."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.setting import kinds
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.question_imports import (
    drop_waiting_files,
    import_questions,
    keep_file,
    new_rows,
)
from assessments.setting.actions.questions import choice_rows
from assessments.setting.actions.versions import (
    drop_draft,
    edit_version,
    make_assessment,
    start_version,
)
from assessments.setting.bank import QuestionFile
from assessments.setting.models import AssessmentVersion, Choice, Question, VersionQuestion
from assessments.setting.queries import questions_in
from assessments.setting.question_exports import FORMATS
from assessments.setting.question_files import read_rows
from lms.kit import clock
from lms.kit.files import BadFile
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import OP, Scene, sign_in
from .test_question_kinds import QUIZ
from .test_submissions import together

GIFT = """// A file that nobody here wrote for us
::One::Which Act?{=2015 ~1998#No, that is another.}

::Many::Which signs?{~%50%Debt ~%50%Threats ~%-50%Wages}

::True::It is a duty.{T}

::Days::How long?{#45:2}

::Range::How far?{#1..2}

::Words::Which section?{=s 45 =section 45}

::Pairs::What belongs?{=First -> RG =Second -> CG}

::Gap::Two {=plus =and} two {=is}

::Free::Say why.{}

::Order::In order{>One
Two
Three}
"""
AIKEN = "Which Act?\nA. 1998\nB. 2015\nANSWER: B\n"


def moodle(*questions):
    return f'<?xml version="1.0"?><quiz>{"".join(questions)}</quiz>'.encode()


def numerical(answers, units=""):
    return (
        '<question type="numerical"><name><text>Days</text></name><questiontext format="html"><text>How long?'
        f"</text></questiontext>{answers}{units}</question>"
    )


def number_answer(text, fraction="100", tolerance="0"):
    return (
        f'<answer fraction="{fraction}" format="plain_text"><text>{text}</text><tolerance>{tolerance}'
        "</tolerance></answer>"
    )


@pytest.fixture
def draft(scene):
    return start_version(scene.quiz.versions.get(), by=scene.registrar)


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


def url(draft, rest=""):
    return f"/registry/assessments/{draft.assessment.code}/{draft.number}/import/{rest}"


def seen(draft):
    """What a page that was loaded now says of the draft."""
    draft.refresh_from_db()
    return str(draft.revision)


def choose(client, draft, content=GIFT, name="bank.gift"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(url(draft), {"file": SimpleUploadedFile(name, content)})


def everything():
    return [
        list(table.objects.order_by("pk").values_list())
        for table in (AssessmentVersion, Question, VersionQuestion, Choice, Entry)
    ]


def told(question):
    return (
        question.kind,
        question.text,
        question.why,
        choice_rows(question),
        question.solution,
    )


# ---- what is read ----


def test_each_question_is_taken_or_named_with_its_place():
    rows, losses = read_rows("bank.gift", GIFT.encode())
    taken = {row.place.split("“")[1].rstrip("”"): row for row in rows if row.facts}
    assert {key: row.facts["kind"] for key, row in taken.items()} == {
        "One": "single",
        "Many": "several",
        "True": "truth",
        "Days": "number",
        "Range": "number",
        "Words": "short",
        "Pairs": "match",
        "Order": "order",
        "Free": "essay",
    }
    assert taken["Days"].facts["solution"] == {"value": "45", "tolerance": "2", "unit": ""}
    assert taken["Range"].facts["solution"] == {"value": "1.5", "tolerance": "0.5", "unit": ""}
    assert taken["Words"].facts["solution"] == {"accept": ["s 45", "section 45"]}
    assert taken["One"].facts["why"] == "1998: No, that is another."
    assert [c["pair"] for c in taken["Pairs"].facts["choices"]] == ["RG", "CG"]
    named = {row.place: row.fault for row in rows if not row.facts}
    assert len(named) == 1 and all("line" in place for place in named)
    assert "more than one set of answers" in named["Question 8 (line 16) “Gap”"]
    assert [c["text"] for c in taken["Order"].facts["choices"]] == ["One", "Two", "Three"]
    assert any("comments" in loss for loss in losses)


def test_a_number_of_moodle_keeps_its_tolerance_and_its_unit():
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>days</unit_name></unit>"
        "<unit><multiplier>0.142857</multiplier><unit_name>weeks</unit_name></unit></units>"
    )
    answers = number_answer("45", tolerance="0.5") + number_answer("*", "0")
    (row,), _losses = read_rows("q.xml", moodle(numerical(answers, units)))
    assert row.facts["solution"] == {"value": "45", "tolerance": "0.5", "unit": "days"}
    assert row.place == "Question 1 (line 1) “Days”"
    assert any("weeks" in note for note in row.notes) and any("“*”" in note for note in row.notes)
    for answers in (
        number_answer("45") + number_answer("46"),
        number_answer("45", "50"),
        number_answer("forty-five"),
        number_answer("45", tolerance="x"),
        number_answer("1e99"),
    ):
        (row,), _losses = read_rows("q.xml", moodle(numerical(answers)))
        assert row.fault and not row.facts


def test_questions_of_moodle_are_named_by_their_line_where_it_can_be_told():
    category = '<question type="category"><category><text>A</text></category></question>'
    one, two = numerical(number_answer("x")), numerical(number_answer("45"))
    content = moodle(f"\n{category}\n", one, f"\n\n{two}")
    rows, _losses = read_rows("q.xml", content)
    assert [row.place for row in rows] == [
        "Question 1 (line 3) “Days”",
        "Question 2 (line 5) “Days”",
    ]
    assert rows[0].fault and rows[1].facts
    looks_like_one = b'<!-- <question type="essay"> --></quiz>'
    rows, _losses = read_rows("q.xml", content.replace(b"</quiz>", looks_like_one))
    assert [row.place for row in rows] == ["Question 1 “Days”", "Question 2 “Days”"]


def test_a_question_that_could_not_be_asked_is_named_and_not_written():
    long = "x" * 401
    (row,), _losses = read_rows("b.gift", f"::Q::Which?{{={long} ~b}}".encode())
    assert "longer than 400" in row.fault and not row.facts
    with pytest.raises(BadFile):
        read_rows("b.gift", b"")
    with pytest.raises(BadFile, match="document type"):
        read_rows("b.xml", b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>')


# ---- on its page ----


def test_nothing_is_written_before_it_is_confirmed_and_twice_is_once(scene, draft, registrar):
    assert registrar.get(url(draft)).status_code == 200
    before = everything()
    answer = choose(registrar, draft)
    page = registrar.get(answer["Location"]).content.decode()
    assert "9 new questions from bank.gift" in page and "1 question stays behind" in page
    assert "Question 8 (line 16) “Gap”" in page and "1998: No, that is another." in page
    assert everything() == before
    for _twice in range(2):
        assert (
            registrar.post(
                answer["Location"], {"action": "import", "seen": seen(draft)}
            ).status_code
            == 302
        )
    draft.refresh_from_db()
    assert [q.kind for q in questions_in(draft)[5:]] == [
        "single",
        "several",
        "truth",
        "number",
        "number",
        "short",
        "match",
        "essay",
        "order",
    ]
    assert Entry.objects.filter(action="assessments.import_questions").count() == 1
    assert registrar.get(answer["Location"]).status_code == 302
    # The same file once more: all of it is there.
    before = everything()
    again = choose(registrar, draft)["Location"]
    page = registrar.get(again).content.decode()
    assert "There is nothing to add" in page and "There already" in page
    registrar.post(again, {"action": "import", "seen": seen(draft)})
    assert everything() == before


def test_what_is_left_out_leaves_nothing(scene, draft, registrar):
    before = everything()
    here = choose(registrar, draft, AIKEN, "bank.txt")["Location"]
    for _twice in range(2):
        assert registrar.post(here, {"action": "drop"}).status_code in (302, 404)
    assert everything() == before and not QuestionFile.objects.exists()
    for content, name in ((b"", "a.gift"), (b"PK\x03\x04", "a.xml"), (b"Words.", "a.txt")):
        answer = choose(registrar, draft, content, name)
        assert answer.status_code == 422 and name in answer.content.decode()
    assert registrar.post(url(draft), {}).status_code == 422
    assert everything() == before and not QuestionFile.objects.exists()


def test_a_file_is_its_choosers_and_only_of_a_draft(scene, draft, registrar):
    here = choose(registrar, draft)["Location"]
    other = Client()
    from lms.people.models import Role

    from .scene import person

    sign_in(other, second := person("second", Role.REGISTRAR))
    assert other.get(here).status_code == 404
    assert other.post(here, {"action": "import", "seen": seen(draft)}).status_code == 404
    file = QuestionFile.objects.get()
    before = everything()
    with pytest.raises(Refused):
        import_questions(file, by=second)
    with pytest.raises(NotAllowed):
        import_questions(file, by=scene.agnes)
    assert everything() == before
    assert sign_in(Client(), scene.author).get(here).status_code == 404
    # Another file of the same person takes its place; a draft that is deleted takes it along.
    choose(registrar, draft, AIKEN, "other.txt")
    assert registrar.get(here).status_code == 404
    drop_draft(draft, by=scene.registrar)
    assert not QuestionFile.objects.exists()
    approved = scene.quiz.versions.get()
    assert registrar.get(url(approved)).status_code == 404
    assert registrar.get("/registry/assessments/T1-ESSAY/1/import/").status_code == 404


def test_a_long_file_reads_the_draft_as_often_as_a_short_one(scene, draft):
    """A scenario is looked for in what the draft has, and not in the whole of it anew for each question."""
    counts = []
    for many in (2, 12):
        texts = [f"::{n}::Which {many} {n}?{{T}}" for n in range(many)]
        rows, losses = read_rows("bank.gift", "\n\n".join(texts).encode())
        values = [row.as_values() for row in rows]
        file = keep_file(draft, "bank.gift", values, losses, by=scene.registrar)
        with CaptureQueriesContext(connection) as asked:
            assert import_questions(file, by=scene.registrar) == many
        reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
        counts.append(sum("assessments_scenario" in sql for sql in reads))
    assert counts[0] == counts[1]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_import_a_file_once(on_the_day):
    scene = Scene()
    draft = start_version(scene.quiz.versions.get(), by=scene.registrar)
    rows, losses = read_rows("bank.gift", GIFT.encode())
    values = [row.as_values() for row in rows]
    file = keep_file(draft, "bank.gift", values, losses, by=scene.registrar)
    gate, counts = threading.Barrier(2), []

    def press(_unused):
        gate.wait()
        counts.append(import_questions(file, by=scene.registrar))
        connection.close()

    together(press, 1, 2)
    assert sorted(counts) == [0, 9] and draft.places.count() == 14


# ---- what goes out ----


@pytest.mark.parametrize("ending", ["xml", "gift", "zip"])
def test_what_goes_out_comes_in_again_as_the_same(scene, registrar, ending):
    odd = {
        "key": "K-ODD",
        "text": "What of {this} ~ that = 5 # : \\ < 3?\nA second line.",
        "why": "Because: {x} & y.",
        "choice": [{"text": "100% = all", "right": True}, {"text": "a -> b ~ c", "right": False}],
    }
    stars = {
        "key": "K-STARS",
        "kind": "short",
        "text": "Which sign?",
        "solution": {"accept": ["5 * 5", "é"]},
    }
    quiz = keep_assessment(scene.one, {**QUIZ, "question": [*QUIZ["question"], odd, stars]}, by=OP)
    version = quiz.versions.get(number=2) if quiz.versions.count() > 1 else quiz.versions.get()
    answer = registrar.get(f"/registry/assessments/T1-KINDS/{version.number}/export/{ending}/")
    assert (
        answer.status_code == 200
        and f'-{version.number}.{ending}"' in answer["Content-Disposition"]
    )
    rows, losses = read_rows(f"bank.{ending}", answer.content)
    assert [row.fault for row in rows] == [""] * 7 and losses == []
    empty = make_assessment(scene.one, "T1-NEW", "quiz", "New", weight=0, by=scene.registrar)
    values = [row.as_values() for row in rows]
    file = keep_file(empty, "b", values, losses, by=scene.registrar)
    assert import_questions(file, by=scene.registrar) == 7
    before, after = questions_in(version), questions_in(empty)
    number = next(question for question in before if question.kind == kinds.NUMBER)
    if ending != "xml":  # which alone has a place for a unit
        number.solution["unit"] = ""
    if ending == "zip":
        number.text += "\n_____ days"
    assert [told(q) for q in after] == [told(q) for q in before]
    assert new_rows(empty, values) == []


def test_a_format_that_there_is_not_is_not_found(scene, registrar):
    assert set(FORMATS) == {"xml", "gift", "zip"}
    assert registrar.get("/registry/assessments/T1-QUIZ/1/export/doc/").status_code == 404
    assert registrar.get("/registry/assessments/T1-ESSAY/1/export/xml/").status_code == 404


def test_a_file_that_was_looked_at_and_left_goes_after_a_week(scene, draft, registrar):
    choose(registrar, draft)
    assert drop_waiting_files(by=OP) == 0 and QuestionFile.objects.count() == 1
    QuestionFile.objects.update(at=clock.now() - timedelta(days=8))
    before = everything()[:-1]
    assert drop_waiting_files(by=OP) == 1 and everything()[:-1] == before


def test_a_draft_that_changed_since_is_looked_at_again(scene, draft, registrar):
    here = choose(registrar, draft)["Location"]
    old = seen(draft)
    edit_version(draft, by=scene.registrar, brief="Another brief.")
    before = everything()
    answer = registrar.post(here, {"action": "import", "seen": old}, follow=True)
    assert "changed while you looked" in answer.content.decode() and everything() == before


def test_a_flood_of_other_tags_is_one_sentence():
    content = moodle("<a/>" * 5000, numerical(number_answer("5")))
    rows, losses = read_rows("bank.xml", content)
    assert len(losses) == 1 and len(rows) == 1

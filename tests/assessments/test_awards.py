"""An award is classified by the rules of its cohort when it is conferred, and stays so; a transcript says what was decided, and stays as issued."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.models import Attempt
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.transcripts import issue_transcript
from assessments.deciding.models import Award, BoardDecision, Transcript
from assessments.deciding.module_results import classify
from assessments.deciding.queries.minutes import hash_of, minutes_of
from assessments.deciding.queries.pack import pack_of
from assessments.setting.judging import PRESETS, Rules, as_values
from assessments.setting.rule_sets import RuleSet
from cohorts.enrolment.actions import enrol, leave, make_cohort
from courses.models import Module
from lms.kit import clock, pdf
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import rename
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, Scene, person, sign_in
from .test_boards import standing
from .test_desk_races import pressed


def rules(key):
    return next(one for one in PRESETS if one.key == key).on(Rules())


def state():
    return [*standing(), list(Transcript.objects.values())]


def refused(match, action, *args, kind=Refused, **kwargs):
    before = state()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert state() == before


@pytest.mark.parametrize(
    ("key", "marks", "expected"),
    [
        ("exeter", [(20, "59.49"), (20, "59.49")], "pass"),
        ("exeter", [(20, "59.5"), (20, "59.5")], "merit"),  # halves up
        ("exeter", [(20, "80"), (40, "50")], "merit"),  # by credits: the mean is 60
        ("exeter", [(20, "69.49"), (20, "69.49")], "merit"),
        ("exeter", [(20, "70"), (20, "70")], "distinction"),
        ("leicester", [(20, "59.5"), (20, "59.5")], "pass"),  # not rounded to a whole mark
        ("leicester", [(30, "70"), (30, "50")], "distinction"),  # half of the credits
        ("leicester", [(20, "70"), (40, "50")], "pass"),  # a third of them, and a mean of 56.67
        ("leicester", [(20, "90"), (40, "60")], "distinction"),  # the mean is 70
        ("unclassified", [(20, "90"), (20, "90")], ""),
    ],
)
def test_each_public_rule_at_its_bounds(key, marks, expected):
    results = [(f"M{n}", credits, Decimal(mark)) for n, (credits, mark) in enumerate(marks)]
    assert classify(results, rules(key)).name == expected


def test_without_rules_or_without_credits_no_award_is_classified():
    assert classify([("M", 20, Decimal(80))], Rules()).name == ""
    assert classify([("M", 0, Decimal(80))], rules("exeter")).name == ""


MARKS = st.lists(
    st.tuples(
        st.sampled_from([10, 15, 20, 30]), st.integers(5000, 10000).map(lambda n: Decimal(n) / 100)
    ),
    min_size=1,
    max_size=6,
)


@given(MARKS)
def test_the_better_rule_is_never_worse_and_a_better_mark_never_lowers_the_class(marks):
    order = ["pass", "merit", "distinction"]
    results = [(f"M{n}", *one) for n, one in enumerate(marks)]
    better = rules("leicester")
    mean = Rules(**{**as_values(better), "classification": "mean"})
    found = classify(results, better)
    assert order.index(found.name) >= order.index(classify(results, mean).name)
    raised = [(code, credits, min(mark + 3, Decimal(100))) for code, credits, mark in results]
    assert order.index(classify(raised, better).name) >= order.index(found.name)


def classified_by(key):
    return RuleSet.objects.create(
        number=8,
        in_force_from=DAY.replace(year=2020),
        values=as_values(rules(key)),
        reason="Regulation.",
        by="test",
    )


@pytest.mark.both_engines
def test_a_board_confers_the_class_with_what_it_was_found_from(scene):
    rule_set = classified_by("exeter")
    scene.everything_marked(mark=68)
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    award = Award.objects.get()
    assert (award.classification, award.rule_set) == ("distinction", rule_set)
    # A quiz of 100 by 30, an essay of 68 by 70: 77.6, rounded to 78; and a portfolio of 68.
    assert award.inputs["results"] == [["T1", 20, "78"], ["T2", 20, "68"]]
    assert (award.inputs["mean"], award.inputs["by"]) == ("73", "mean")
    again = classify([(c, n, Decimal(m)) for c, n, m in award.inputs["results"]], rule_set.rules)
    assert (again.name, again.inputs) == (award.classification, award.inputs)
    told = Notice.objects.get(person=scene.author, subject="Your award")
    assert "Certificate of Testing (Distinction)" in told.body
    assert minutes_of(board).content["awards"][0][1] == "Certificate of Testing (Distinction)"
    page = sign_in(Client(), scene.author).get("/study/").content.decode()
    assert "Certificate of Testing (Distinction)" in page


def test_without_a_rule_an_award_has_no_class_as_before(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    award = Award.objects.get()
    assert (award.classification, award.inputs, award.label) == ("", {}, "Certificate of Testing")


def test_an_award_by_chairs_action_is_classified_too(scene):
    classified_by("exeter")
    scene.everything_marked(mark=40)
    set_attempts = Rules(**{**as_values(rules("exeter")), "attempts": 1})
    RuleSet.objects.create(
        number=9,
        in_force_from=DAY.replace(year=2020),
        values=as_values(set_attempts),
        reason="R.",
        by="test",
    )
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert not Award.objects.exists()
    decide_by_chair(
        scene.enrolment,
        scene.two,
        "compensation",
        outcome="compensated",
        reason="R.",
        chair="C.",
        by=scene.registrar,
    )
    assert Award.objects.get().classification == "pass"  # 58 and 40: a mean of 49


@pytest.mark.both_engines
def test_the_database_changes_neither_an_award_nor_a_transcript(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    issue_transcript(scene.enrolment, by=scene.author)
    for statement in (
        "UPDATE assessments_award SET classification = 'distinction'",
        "DELETE FROM assessments_award",
        "UPDATE assessments_transcript SET number = 7",
        "DELETE FROM assessments_transcript",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(TypeError):
        Award.objects.get().save()


def test_a_transcript_stays_as_it_was_issued_and_other_results_make_another(scene):
    refused("nothing to issue", issue_transcript, scene.enrolment, by=scene.author)
    scene.everything_marked(mark=40)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    one = issue_transcript(scene.enrolment, by=scene.author)
    before, entries = state(), Entry.objects.count()
    assert issue_transcript(scene.enrolment, by=scene.registrar) == one
    assert (state(), Entry.objects.count()) == (before, entries)
    assert one.content["name"] == "Zebedee Quuxington" and one.content["award"] is None
    assert [(m["code"], m["mark"], m["outcome"], m["attempt"]) for m in one.content["modules"]] == [
        ("T1", "58.00", "pass", 1),
        ("T2", "40.00", "refer", 1),
    ]
    assert one.sha256 == hash_of(one.content)
    rename(scene.author, by=OP, first_name="Zebedee", last_name="Otherwise")
    two = issue_transcript(scene.enrolment, by=scene.registrar)
    assert (two.number, two.issued_by) == (2, scene.registrar)
    without = issue_transcript(scene.enrolment, by=scene.registrar, is_named=False)
    assert without.number == 3 and "Zebedee" not in str(without.content)
    one.refresh_from_db()
    assert one.content["name"] == "Zebedee Quuxington"


def test_who_may_not_see_the_results_issues_nothing(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    from lms.people.actions import grant

    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    classmate = scene.another(2).person
    for by, why in ((scene.agnes, "You mark"), (scene.helen, "Only"), (classmate, "Your own")):
        refused(why, issue_transcript, scene.enrolment, by=by, kind=NotAllowed)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_issue_one():
    with clock.at(DAY):
        scene = Scene()
        scene.everything_marked()
        ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    refusals = pressed(
        *((name, lambda: issue_transcript(scene.enrolment, by=scene.author)) for name in "ab")
    )
    assert not refusals and Transcript.objects.count() == 1


@pytest.mark.both_engines
def test_the_pages_and_the_file(scene, django_assert_max_num_queries):
    own, office = (sign_in(Client(), who) for who in (scene.author, scene.registrar))
    assert "nothing to issue yet" in own.get("/my-work/transcripts/").content.decode()
    classified_by("exeter")
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert own.post("/my-work/transcripts/").status_code == 302
    with django_assert_max_num_queries(15):
        assert "Transcript 1 (PDF)" in own.get("/my-work/transcripts/").content.decode()
    words = pdf.text_of(own.get(f"/my-work/transcripts/{scene.enrolment.pk}/1.pdf").content)
    for expected in ("Zebedee Quuxington", "REF-ZQ-998877", "Law in tests (T1)", "Merit", "20 Nov"):
        assert expected in words
    at = f"/registry/transcripts/{scene.enrolment.pk}/"
    assert office.post(at, {"kind": "number"}).status_code == 302
    page = office.get(at).content.decode()
    assert "Reference alone" in page
    words = pdf.text_of(office.get(f"{at}2.pdf").content)
    assert "REF-ZQ-998877" in words and "Quuxington" not in words
    assert "Transcript 2" not in own.get("/my-work/transcripts/").content.decode()
    stranger = sign_in(Client(), person("other", Role.TUTOR))
    assert stranger.get(at).status_code == 403
    assert stranger.get("/my-work/transcripts/1.pdf").status_code == 404
    assert BoardDecision.objects.count() == 2


def test_the_class_is_seen_before_it_is_conferred_and_credits_that_change_are_noticed(scene):
    classified_by("exeter")
    scene.everything_marked(mark=72)
    board = scene.board()
    office = sign_in(Client(), scene.registrar)
    page = office.get(f"/boards/{board.pk}/check/")
    assert "Distinction" in page.content.decode() or "Merit" in page.content.decode()
    rows = {one["name"]: one["rows"] for one in pack_of(board, scene.registrar)}
    assert [row[0] for row in rows["awards"]] == [scene.enrolment.student_reference]
    Module.objects.filter(pk=scene.one.pk).update(credits=40)
    sent = {"fingerprint": page.context["fingerprint"], "chair": "Prof. Chair"}
    again = office.post(f"/boards/{board.pk}/check/", sent)
    assert "the modules of the programme" in again.content.decode() and not Award.objects.exists()


def test_a_deferral_is_no_second_attempt_on_a_transcript_and_a_resit_that_counted_is(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    one = issue_transcript(scene.enrolment, by=scene.author)
    assert {module["attempt"] for module in one.content["modules"]} == {1}
    piece = scene.portfolio.attempts.get(enrolment=scene.enrolment)
    Attempt.objects.filter(pk=piece.pk).update(kind=Attempt.DEFERRED, number=2)
    assert issue_transcript(scene.enrolment, by=scene.author) == one
    Attempt.objects.filter(pk=piece.pk).update(kind=Attempt.RESIT)
    two = issue_transcript(scene.enrolment, by=scene.author)
    assert [module["attempt"] for module in two.content["modules"]] == [1, 2]


def test_a_trainee_finds_no_transcript_that_the_office_made_out_by_number(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    without = issue_transcript(scene.enrolment, by=scene.registrar, is_named=False)
    own = sign_in(Client(), scene.author)
    assert own.get(f"/my-work/transcripts/{without.number}.pdf").status_code == 404


def test_somebody_who_was_enrolled_again_reaches_the_transcript_of_the_earlier_programme(scene):
    scene.everything_marked(mark=30)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    issue_transcript(scene.enrolment, by=scene.author)
    leave(scene.enrolment, by=OP)
    year = date(2026, 10, 1), date(2027, 9, 30)
    cohort = make_cohort("AGAIN", "Another year", scene.cohort.programme, *year, by=OP)
    again = enrol(
        cohort, scene.author, ["england"], "REF-AGAIN", by=OP, enrolled_on=date(2026, 10, 1)
    )
    own, at = sign_in(Client(), scene.author), f"/my-work/transcripts/{scene.enrolment.pk}/"
    page = own.get("/my-work/transcripts/").content.decode()
    assert "nothing to issue yet" in page and f'href="{at}"' in page
    assert "Transcript 1 (PDF)" in own.get(at).content.decode()
    assert "REF-ZQ-998877" in pdf.text_of(own.get(f"{at}1.pdf").content)
    stranger = sign_in(Client(), scene.another(7).person)
    for url in (at, f"{at}1.pdf", f"/my-work/transcripts/{again.pk}/"):
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(at).status_code == 404 and Transcript.objects.count() == 1

"""What a device sends after it had no connection arrives once, in order, and only for whom it belongs to."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection

from courses.actions import close_plan, open_plan, publish_version
from courses.actions.notes import write_reflection
from courses.actions.offline_sync import MOST, drop_old_syncs, receive
from courses.models import OfflineSync, Progress, ReaderNote, Study, UnitVersion
from courses.states import Mark
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Role
from lms.record.models import Entry

from .asking import PARTS, QUESTION, drawn, make_asking, right, thing


@pytest.fixture
def asking(module, operator):
    return make_asking(module, operator)


def outcomes(person, *items):
    return receive(person, list(items), by=person)


def words_of(person, *items):
    return [line["outcome"] for line in outcomes(person, *items)]


def everything():
    """What could have been changed, counted."""
    return [model.objects.count() for model in (Progress, Study, ReaderNote, Entry)]


# ---- once, and in order ----


@pytest.mark.django_db
def test_each_kind_is_kept_in_its_order(plan, trainee, asking):
    story = thing("check", asking, part="s1", fields={"given-0": ["0"], "given-1": ["0"]})
    sent = [
        thing("place", asking, part="q1"),
        right(asking),
        story,
        thing("activity", asking, part="a1"),
        thing("poll", asking, part="v1", choice=1),
        thing("later", asking),
        thing("now", asking),
        thing("note", asking, part="t1", text="Ask about this."),
        thing("reflection", asking, part="r1", text="I shall listen more.", edition=0),
        thing("studied", asking),
    ]
    came = outcomes(trainee, *sent)
    assert [line["outcome"] for line in came] == ["kept"] * len(sent)
    assert [line["token"] for line in came] == [item["token"] for item in sent]
    assert Study.objects.get(person=trainee).version == asking
    assert not Progress.objects.filter(kind=Mark.LATER).exists()
    assert Progress.objects.get(kind=Mark.POLL).data["choice"] == 1
    assert set(ReaderNote.objects.values_list("text", flat=True)) == {
        "Ask about this.",
        "I shall listen more.",
    }


@pytest.mark.django_db
def test_what_comes_twice_is_done_once_and_answered_alike(plan, trainee, asking):
    sent = [
        right(asking),
        thing("note", asking, part="t1", text="Once."),
        thing("reflection", asking, part="r1", text="Once too.", edition=0),
    ]
    first, before = outcomes(trainee, *sent), everything()
    assert outcomes(trainee, *sent) == first
    assert everything() == before and Progress.objects.get(key="q1").data["tries"] == 1
    # What came in between does not make an old thing new.
    made = ReaderNote.objects.get(kind="reflection")
    write_reflection(
        trainee, asking, "r1", "Newer, with a connection.", by=trainee, edition=made.edition
    )
    assert outcomes(trainee, *sent) == first
    made.refresh_from_db()
    assert made.text == "Newer, with a connection."


@pytest.mark.django_db
def test_the_same_thing_twice_in_one_sending_is_one(plan, trainee, asking):
    one = thing("note", asking, part="t1", text="Once.")
    assert words_of(trainee, one, one) == ["kept", "kept"]
    assert ReaderNote.objects.count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_are_one(plan, trainee, asking):
    item, ready, came = right(asking), threading.Barrier(2), []

    def send():
        ready.wait()
        came.extend(words_of(trainee, item))
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    [one.start() for one in senders]
    [one.join() for one in senders]
    assert (
        came == ["kept", "kept"]
        and Progress.objects.get(key="q1").data["tries"] == 1
        and OfflineSync.objects.count() == 1
    )


@pytest.mark.django_db
def test_what_is_refused_does_not_stop_the_next(plan, trainee, asking):
    sent = [
        thing("activity", asking, part="no-such"),
        thing("studied", asking),
        right(asking),
        thing("check", asking, part="s1", fields={"given-0": ["1"]}),
        thing("studied", asking),
    ]
    came = outcomes(trainee, *sent)
    assert [line["outcome"] for line in came] == ["refused", "refused", "kept", "kept", "kept"]
    assert all(line["sentence"] for line in came[:2])
    assert outcomes(trainee, *sent) == came, (
        "the first “studied” stays refused: it was judged as it stood"
    )


@pytest.mark.django_db
def test_studied_after_a_check_that_was_not_right_is_judged_as_it_stands(plan, trainee, asking):
    wrong = thing("check", asking, part="q1", fields={"given": ["1"]})
    assert words_of(trainee, wrong, thing("studied", asking)) == ["kept", "refused"]
    assert not Study.objects.exists() and not Progress.objects.get(key="q1").is_done


# ---- words in two places ----


@pytest.mark.django_db
def test_both_texts_are_shown_and_neither_is_lost(plan, trainee, asking):
    write_reflection(trainee, asking, "r1", "From the other device.", by=trainee, edition=0)
    offline = thing("reflection", asking, part="r1", text="From the train.", edition=0)
    came = outcomes(trainee, offline)[0]
    assert (came["outcome"], came["theirs"], came["yours"]) == (
        "conflict",
        "From the other device.",
        "From the train.",
    )
    assert ReaderNote.objects.get().text == "From the other device."
    assert outcomes(trainee, offline)[0] == came
    assert words_of(
        trainee,
        thing("reflection", asking, part="r1", text="From the train.", edition=came["edition"]),
    ) == ["kept"]
    assert ReaderNote.objects.get().text == "From the train."


@pytest.mark.django_db
def test_a_note_changed_twice_is_a_conflict_with_both_texts(plan, trainee, asking):
    assert words_of(trainee, thing("note", asking, part="t1", text="First.")) == ["kept"]
    note = ReaderNote.objects.get()
    change = {"writing": note.pk, "edition": note.edition}
    assert words_of(trainee, thing("note_change", asking, text="Second.", **change)) == ["kept"]
    came = outcomes(trainee, thing("note_change", asking, text="Third.", **change))[0]
    assert (came["outcome"], came["theirs"], came["yours"]) == ("conflict", "Second.", "Third.")
    note.refresh_from_db()
    assert note.text == "Second."


@pytest.mark.django_db
def test_words_that_tell_who_somebody_is_are_shown_first(plan, trainee, asking):
    said = "Her NRM reference is NRM-123456 and she rang from 07700 900123."
    came = outcomes(trainee, thing("reflection", asking, part="r1", text=said, edition=0))[0]
    assert (
        came["outcome"] == "look"
        and came["findings"]
        and all(one["advice"] for one in came["findings"])
    )
    assert not ReaderNote.objects.exists()
    assert words_of(
        trainee, thing("reflection", asking, part="r1", text=said, edition=0, keep_anyway=True)
    ) == ["kept"]


@pytest.mark.django_db
def test_no_word_of_the_reader_is_kept_with_a_token(plan, trainee, asking):
    write_reflection(trainee, asking, "r1", "heather on the hill", by=trainee, edition=0)
    words = ["gorse by the burn", "07700 900123", "a private thought"]
    outcomes(
        trainee,
        thing("reflection", asking, part="r1", text=words[0], edition=0),
        thing("note", asking, part="t1", text=words[2]),
        thing("reflection", asking, part="r1", text=f"Ring {words[1]}", edition=1),
    )
    kept = json.dumps(list(OfflineSync.objects.values_list("outcome", flat=True)))
    assert OfflineSync.objects.count() == 3 and not any(
        word in kept for word in [*words, "heather on the hill"]
    )


# ---- what is nobody's, or somebody else's ----

BAD = [
    None,
    7,
    "words",
    [],
    {},
    {"token": "x"},
    {"token": 5, "kind": "check"},
    {"kind": "check", "version": 1},
]
BAD_WITH_TOKEN = [
    {"kind": "dance"},
    {"kind": None},
    {"kind": ["check"]},
    {"version": None},
    {"version": "1"},
    {"version": True},
    {"version": -1},
    {"version": 10**30},
    {"version": 1.5},
    {"version": {}},
    {"part": 5},
    {"part": "x" * 81},
    {"part": None},
    {"fields": None},
    {"fields": {"given": "0"}},
    {"fields": {"given": [0]}},
    {"fields": {"given": ["9" * 50]}},
    {"fields": {"given": ["\ud800\0"]}},
    {"kind": "poll", "part": "v1", "choice": "many"},
    {"kind": "poll", "part": "v1", "choice": 9},
    {"kind": "poll", "part": "v1", "choice": []},
    {"kind": "note", "part": "t1", "text": {}},
    {"kind": "note", "part": "t1", "text": ""},
    {"kind": "note", "part": "none", "text": "x"},
    {"kind": "note", "part": "t1", "text": "x" * 20_001},
    {"kind": "note", "part": "t1", "text": "x", "quote": "x" * 1001},
    {"kind": "note_change", "writing": 1, "text": "x", "edition": 1},
    {"kind": "note_change", "writing": None, "text": "x", "edition": 1},
    {"kind": "note_change", "writing": 10**30, "text": "x"},
    {"kind": "reflection", "part": "r1", "text": "x", "edition": "one"},
    {"kind": "reflection", "part": "q1", "text": "x", "edition": 0},
    {"kind": "check", "part": "s1", "fields": {"given-0": ["0"]}},
    {"kind": "now" * 20},
]


@pytest.mark.django_db
@pytest.mark.parametrize("item", BAD, ids=repr)
def test_what_has_no_token_is_refused_by_sentence(plan, trainee, asking, item):
    before = everything()
    came = outcomes(trainee, item, right(asking))
    assert came[0]["outcome"] == "refused" and came[0]["sentence"] and came[1]["outcome"] == "kept"
    assert everything() == [before[0] + 1, *before[1:]]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", BAD_WITH_TOKEN, ids=lambda wrong: repr(wrong)[:60])
def test_what_cannot_be_read_is_refused_and_changes_nothing(plan, trainee, asking, wrong):
    before = everything()
    came = outcomes(trainee, {**right(asking), **wrong})[0]
    assert came["outcome"] == "refused" and came["sentence"]
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("at", [None, 5, "yesterday", "9" * 5000, {"a": 1}])
def test_a_strange_moment_loses_nothing(plan, trainee, asking, at):
    assert words_of(trainee, {**right(asking), "at": at}) == ["kept"]
    assert "at" not in OfflineSync.objects.get().outcome


@pytest.mark.django_db
def test_characters_no_database_keeps_are_left_out_and_the_rest_is_kept(plan, trainee, asking):
    assert words_of(trainee, thing("note", asking, part="t1", text="before\0 \ud800 after")) == [
        "kept"
    ]
    assert ReaderNote.objects.get().text == "before ? after"


@pytest.mark.django_db
def test_a_text_outside_the_plan_is_not_there(plan, trainee, law_unit):
    other = law_unit.variants.get(key="england-wales").versions.get()
    mine = law_unit.variants.get(key="scotland").versions.get()
    came = outcomes(
        trainee,
        thing("studied", other),
        thing("place", other, part="x"),
        thing("studied", mine),
        {**thing("studied", mine), "version": other.pk + 999},
    )
    assert [line["outcome"] for line in came] == ["refused", "refused", "kept", "refused"]
    assert came[0]["sentence"] == came[3]["sentence"], (
        "what is outside the plan answers as what does not exist"
    )
    assert Study.objects.get().version == mine and not Progress.objects.exists()


@pytest.mark.django_db
def test_a_closed_plan_takes_nothing_in_and_says_why(plan, trainee, asking, operator):
    close_plan(plan, by=operator, on=clock.today())
    came = outcomes(trainee, right(asking), thing("note", asking, part="t1", text="x"))
    assert [line["outcome"] for line in came] == ["refused", "refused"] and "closed" in came[0][
        "sentence"
    ]
    assert not Progress.objects.exists() and not ReaderNote.objects.exists()


@pytest.mark.django_db
def test_nobody_sends_for_somebody_else(plan, trainee, tutor, asking):
    with pytest.raises(NotAllowed):
        receive(trainee, [right(asking)], by=tutor)
    assert not OfflineSync.objects.exists() and not Progress.objects.exists()


@pytest.mark.django_db
def test_another_persons_token_and_note_are_their_own(
    plan, trainee, make_person, programme, asking, operator
):
    other = make_person("Rory", Role.LEARNER)
    open_plan(other, programme, ["scotland"], by=operator, opened_on=plan.opened_on)
    item = thing("note", asking, part="t1", text="Mairi's.")
    assert words_of(trainee, item) == ["kept"]
    note = ReaderNote.objects.get()
    theirs, nobodys = outcomes(
        other,
        *(
            thing("note_change", asking, writing=n, text="Rory's.", edition=1)
            for n in (note.pk, note.pk + 99)
        ),
    )
    assert theirs["outcome"] == "refused" and theirs["sentence"] == nobodys["sentence"], (
        "that the note exists is not said"
    )
    assert words_of(other, {**item, "text": "Rory's."}) == ["kept"]
    note.refresh_from_db()
    assert note.text == "Mairi's." and ReaderNote.objects.get(person=other).text == "Rory's."


@pytest.mark.django_db
def test_too_much_at_once_is_refused_whole(plan, trainee, asking):
    with pytest.raises(Refused, match="at most"):
        receive(trainee, [right(asking)] * (MOST + 1), by=trainee)
    assert not OfflineSync.objects.exists() and not Progress.objects.exists()


@pytest.mark.django_db
def test_tokens_are_forgotten_after_ninety_days(plan, trainee, asking):
    with clock.at(clock.now() - timedelta(days=91)):
        outcomes(trainee, right(asking))
    outcomes(trainee, thing("activity", asking, part="a1"))
    assert [one.kind for one in OfflineSync.objects.all()] == ["activity"]


@pytest.mark.django_db
def test_older_texts_can_still_be_answered(plan, trainee, asking, operator):
    newer = drawn(parts=[PARTS[0], {**QUESTION, "text": "Reworded?"}])
    publish_version(asking.variant, newer, by=operator)
    assert UnitVersion.objects.count() == 2
    assert words_of(trainee, right(asking), thing("activity", asking, part="a1")) == [
        "kept",
        "kept",
    ]
    assert Progress.objects.get(kind=Mark.CHECK).data["version"] == asking.pk


@pytest.mark.both_engines
@pytest.mark.django_db
def test_a_device_that_sends_no_more_is_forgotten_too(plan, trainee, asking, operator):
    with clock.at(clock.now() - timedelta(days=91)):
        outcomes(trainee, right(asking))
    with clock.at(clock.now() - timedelta(days=89)):
        outcomes(trainee, thing("activity", asking, part="a1"))
    OfflineSync.objects.filter(kind="check").update(came_at=clock.now() - timedelta(days=91))
    before = everything()[:3]
    assert [drop_old_syncs(by=operator) for _twice in range(2)] == [1, 0]
    assert [one.kind for one in OfflineSync.objects.all()] == ["activity"]
    assert everything()[:3] == before, "what was done stays"
    assert Entry.objects.get(action="courses.drop_old_syncs").after == {"rows": 1}

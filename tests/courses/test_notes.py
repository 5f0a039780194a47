"""One's own words are one's own: nobody else reads, writes or erases them, and no device undoes another."""

import json
import threading
import uuid
from datetime import date

import pytest
from django.db import connection

from courses.actions import close_plan, open_plan
from courses.actions.notes import (
    Conflict,
    Guarded,
    change_note,
    erase,
    reply,
    share,
    unshare,
    write_note,
    write_reflection,
)
from courses.models import ReaderNote
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .words import SECRET, THOUGHT, kept, unit_that_asks


@pytest.fixture
def read(module, operator):
    return unit_that_asks(module, operator)


@pytest.fixture
def other(make_person):
    return make_person("Rory", Role.LEARNER)


@pytest.fixture
def thought(plan, trainee, read):
    return write_reflection(trainee, read, "r1", THOUGHT, by=trainee, edition=0)


@pytest.fixture
def note(plan, trainee, read):
    return write_note(
        trainee, read, by=trainee, key="t1", quote="no power", text="Persuasion alone."
    )


def test_a_reflection_is_kept_with_the_prompt_it_answers(thought):
    assert (thought.prompt, thought.text, thought.edition) == (
        "What would you do first?",
        THOUGHT,
        1,
    )
    assert not Entry.objects.filter(thing=f"courses.readernote:{thought.pk}").exists()


def test_nobody_writes_changes_shares_or_erases_for_somebody_else(
    thought, note, trainee, tutor, other, read, operator
):
    before = kept()
    for by in (tutor, other, operator):
        for action in (
            lambda by=by: write_note(trainee, read, by=by, key="t1", quote="", text="x"),
            lambda by=by: write_reflection(trainee, read, "r2", "x", by=by, edition=0),
            lambda by=by: change_note(note, by=by, text="x", edition=1),
            lambda by=by: erase(note, by=by),
            lambda by=by: erase(thought, by=by),
            lambda by=by: share(thought, tutor, by=by),
            lambda by=by: unshare(thought, by=by),
            lambda by=by: reply(thought, by=by, text="x"),
        ):
            with pytest.raises(NotAllowed):
                action()
    assert kept() == before


def test_without_an_open_plan_nothing_is_written_and_everything_can_be_taken_away(
    thought, note, trainee, tutor, other, plan, read, operator
):
    shared = share(thought, tutor, by=trainee)
    close_plan(plan, by=operator, on=date(2026, 11, 1))
    before = kept()
    for action in (
        lambda: write_note(trainee, read, by=trainee, key="t1", quote="", text="x"),
        lambda: write_reflection(trainee, read, "r1", "Other", by=trainee, edition=1),
        lambda: change_note(note, by=trainee, text="x", edition=1),
        lambda: write_note(other, read, by=other, key="t1", quote="", text="x"),
    ):
        with pytest.raises(NotAllowed):
            action()
    assert kept() == before
    assert unshare(shared, by=trainee).shared_with is None
    erase(thought, by=trainee)
    erase(note, by=trainee)
    assert not ReaderNote.objects.exists()


def test_the_same_token_arrives_once(plan, trainee, read, other, programme, operator):
    token = uuid.uuid4()
    first = write_note(
        trainee, read, by=trainee, key="t1", quote="no power", text="One", token=token
    )
    assert (
        write_note(trainee, read, by=trainee, key="t1", quote="no power", text="One", token=token)
        == first
    )
    assert ReaderNote.objects.count() == 1
    open_plan(other, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
    theirs = write_note(other, read, by=other, key="t1", quote="", text="Mine", token=token)
    assert theirs != first and theirs.person == other


def test_a_note_without_words_or_quote_or_place_is_not_kept(plan, trainee, read):
    for key, quote, text in (
        ("t1", " ", "\n"),
        ("gone", "", "x"),
        ("t1", "q" * 1001, ""),
        ("t1", "", "x" * 20001),
    ):
        with pytest.raises(Refused):
            write_note(trainee, read, by=trainee, key=key, quote=quote, text=text)
    assert not ReaderNote.objects.exists()
    assert write_note(trainee, read, by=trainee, key="t1", quote="no power", text="").text == ""


def test_a_prompt_that_is_not_there_takes_no_reflection(plan, trainee, read):
    for key in ("t1", "gone"):
        with pytest.raises(Refused):
            write_reflection(trainee, read, key, "x", by=trainee, edition=0)
    assert not ReaderNote.objects.exists()


def test_a_later_device_does_not_undo_an_earlier_one(thought, trainee, read):
    second = write_reflection(trainee, read, "r1", "Changed at home.", by=trainee, edition=1)
    assert second.edition == 2
    before = kept()
    for edition in (0, 1, 3):
        with pytest.raises(Conflict) as fault:
            write_reflection(
                trainee, read, "r1", "Changed on the train.", by=trainee, edition=edition
            )
        assert fault.value.theirs.text == "Changed at home." and fault.value.theirs.edition == 2
    # The same words are no conflict, whichever edition they come from.
    assert (
        write_reflection(trainee, read, "r1", "Changed at home.", by=trainee, edition=1).edition
        == 2
    )
    assert kept() == before


def test_what_was_erased_elsewhere_does_not_come_back_by_itself(thought, trainee, read):
    erase(thought, by=trainee)
    with pytest.raises(Conflict) as fault:
        write_reflection(trainee, read, "r1", "Changed on the train.", by=trainee, edition=1)
    assert fault.value.theirs is None and not ReaderNote.objects.exists()


def test_a_note_changed_on_two_devices_is_a_conflict(note, trainee):
    assert change_note(note, by=trainee, text="Second", edition=1).edition == 2
    with pytest.raises(Conflict) as fault:
        change_note(note, by=trainee, text="Third", edition=1)
    assert fault.value.theirs.text == "Second" and ReaderNote.objects.get().text == "Second"
    assert change_note(note, by=trainee, text="Second", edition=1).edition == 2
    erase(note, by=trainee)
    erase(note, by=trainee)
    with pytest.raises(Refused):
        change_note(note, by=trainee, text="Third", edition=2)


def test_the_guard_stops_a_name_until_the_writer_says_otherwise(plan, trainee, read):
    with pytest.raises(Guarded) as fault:
        write_reflection(trainee, read, "r1", SECRET, by=trainee, edition=0)
    assert {f.what for f in fault.value.findings} == {
        "name",
        "phone",
    } and not ReaderNote.objects.exists()
    assert (
        write_reflection(trainee, read, "r1", SECRET, by=trainee, edition=0, keep_anyway=True).text
        == SECRET
    )


def test_sharing_is_with_one_tutor_of_today_and_ends_at_once(
    thought, note, trainee, tutor, consultant, make_person, operator
):
    former, second = make_person("Former", Role.TUTOR), make_person("Second", Role.TUTOR)
    end_grants(former, Role.TUTOR, by=operator, on=date(2026, 1, 1))
    before = kept()
    for whom in (consultant, former, trainee):
        with pytest.raises(Refused):
            share(thought, whom, by=trainee)
    with pytest.raises(Refused):
        share(note, tutor, by=trainee)
    assert kept() == before
    share(thought, tutor, by=trainee)
    share(thought, tutor, by=trainee)
    with pytest.raises(Refused, match="another tutor"):
        share(thought, second, by=trainee)
    entries = Entry.objects.filter(thing=f"courses.readernote:{thought.pk}")
    assert list(entries.values_list("action", "after")) == [
        ("courses.share_reflection", {"tutor": tutor.pk})
    ]
    told = Notice.objects.filter(person=tutor)
    assert told.count() == 1 and THOUGHT not in told[0].body + told[0].subject
    unshare(thought, by=trainee)
    unshare(thought, by=trainee)
    assert not ReaderNote.objects.shared_with(tutor).exists()
    assert entries.count() == 2 and Notice.objects.filter(person=tutor).count() == 2


def test_only_the_chosen_tutor_replies_and_the_trainee_is_told(
    thought, trainee, tutor, make_person, operator
):
    second = make_person("Second", Role.TUTOR)
    share(thought, tutor, by=trainee)
    before = kept()
    with pytest.raises(NotAllowed):
        reply(thought, by=second, text="I read it")
    with pytest.raises(Refused):
        reply(thought, by=tutor, text="  ")
    assert kept() == before
    reply(thought, by=tutor, text="What made you wait?")
    reply(thought, by=tutor, text="What made you wait?")
    assert ReaderNote.objects.get().reply == "What made you wait?"
    told = Notice.objects.get(person=trainee)
    assert "wait" not in told.body
    assert Entry.objects.filter(action="courses.reply_to_reflection").count() == 1
    end_grants(tutor, Role.TUTOR, by=operator, on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        reply(thought, by=tutor, text="More")


def test_the_record_holds_no_word_of_anybody(thought, note, trainee, tutor):
    share(thought, tutor, by=trainee)
    reply(thought, by=tutor, text="What made you wait?")
    erase(thought, by=trainee)
    assert not ReaderNote.objects.filter(pk=thought.pk).exists()
    written = json.dumps(list(Entry.objects.values("action", "thing", "before", "after", "reason")))
    for words in (THOUGHT, "What made you wait?", "Persuasion alone.", "What would you do first?"):
        assert words not in written
    assert Entry.objects.filter(action="courses.unshare_reflection").count() == 1
    assert "courses.write_note" not in written


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_keep_one_text_and_give_the_other_back(plan, trainee, read):
    ready, ends = threading.Barrier(2), []

    def send(text):
        ready.wait()
        try:
            ends.append(write_reflection(trainee, read, "r1", text, by=trainee, edition=0).text)
        except Conflict as fault:
            ends.append(fault.theirs.text)
        finally:
            connection.close()

    both = [
        threading.Thread(target=send, args=(text,)) for text in ("From the train.", "From home.")
    ]
    [one.start() for one in both]
    [one.join() for one in both]
    assert ReaderNote.objects.count() == 1 and ends == [ReaderNote.objects.get().text] * 2

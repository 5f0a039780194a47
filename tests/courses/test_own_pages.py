"""The pages of one's own words: nothing typed is lost, nothing pasted runs, and to others nothing is there."""

import json
import uuid
from datetime import date

import pytest

from courses.actions import close_plan, mark_studied
from courses.actions.notes import erase, share, unshare, write_note, write_reflection
from courses.models import ReaderNote
from lms.people.models import Role

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


def page(response):
    return " ".join(response.content.decode().split())


HERE = "/study/units/U1/all/reflect/r1/"


def send(inside, read, text, edition=0, **more):
    return inside.post(HERE, {"version": read.pk, "edition": edition, "text": text, **more})


def test_a_reflection_is_written_guarded_and_kept_on_pages(enter, plan, trainee, read):
    inside = enter(trainee)
    assert "What would you do first?" in page(inside.get(HERE))
    stopped = send(inside, read, SECRET)
    assert (
        stopped.status_code == 422
        and SECRET in page(stopped)
        and "Amina Hassan" in page(stopped)
        and 'name="keep"' in page(stopped)
    )
    assert not ReaderNote.objects.exists()
    assert send(inside, read, SECRET, keep="1").status_code == 302
    assert ReaderNote.objects.get().text == SECRET
    assert "Saved on" in page(inside.get("/study/units/U1/all/"))
    assert send(inside, read, "   ", 1).status_code == 422
    long = send(inside, read, "word " * 5000, 1)
    assert (
        long.status_code == 422
        and page(long).count("word word")
        and ReaderNote.objects.get().text == SECRET
    )


def test_what_was_kept_all_the_same_is_named_again_before_it_is_shared(
    enter, plan, trainee, tutor, read
):
    kept_anyway = write_reflection(
        trainee, read, "r1", SECRET, by=trainee, edition=0, keep_anyway=True
    )
    inside = enter(trainee)
    address = f"/study/notes/{kept_anyway.pk}/share/"
    assert "Before you share it" in page(inside.get(address))
    assert (
        inside.post(address, {"tutor": trainee.pk}).status_code == 422
        and not ReaderNote.objects.shared_with(tutor).exists()
    )
    assert (
        inside.post(address, {"tutor": tutor.pk}).status_code == 302
        and ReaderNote.objects.shared_with(tutor).exists()
    )


def test_a_conflict_shows_both_texts_and_loses_neither(enter, thought, trainee, read):
    inside = enter(trainee)
    write_reflection(trainee, read, "r1", "Changed at home.", by=trainee, edition=1)
    answer = send(inside, read, "Changed on the train.", 1)
    assert answer.status_code == 409
    assert (
        "Changed at home." in page(answer)
        and "Changed on the train." in page(answer)
        and 'name="edition" value="2"' in page(answer)
    )
    assert ReaderNote.objects.get().text == "Changed at home."
    assert send(inside, read, "Changed on the train.", 2).status_code == 302
    erase(thought, by=trainee)
    gone = send(inside, read, "Once more.", 3)
    assert (
        gone.status_code == 409 and "Once more." in page(gone) and not ReaderNote.objects.exists()
    )


def test_words_sent_after_the_plan_was_closed_come_back(enter, plan, trainee, read, operator):
    inside = enter(trainee)
    close_plan(plan, by=operator, on=date(2026, 11, 1))
    answer = send(inside, read, "I had thought about this for long.")
    assert (
        answer.status_code == 403
        and "I had thought about this for long." in page(answer)
        and not ReaderNote.objects.exists()
    )


def test_what_is_pasted_is_shown_and_never_run(enter, plan, trainee, read):
    inside = enter(trainee)
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    send(inside, read, evil, keep="1")
    note = write_note(trainee, read, by=trainee, key="t1", quote=evil, text=evil)
    for address in (
        "/study/units/U1/all/",
        "/study/notes/",
        f"/study/notes/{note.pk}/",
        "/study/mine/",
    ):
        shown = page(inside.get(address))
        assert "<script>alert" not in shown and "<img src=x" not in shown


def test_to_everybody_else_a_writing_does_not_exist(
    enter, thought, note, trainee, tutor, other, author, make_person, read
):
    second = make_person("Second", Role.TUTOR)
    people = [
        other,
        author,
        second,
        tutor,
        make_person("Reg", Role.REGISTRAR),
        make_person("Hub", Role.HUB_OFFICER),
    ]
    share(thought, tutor, by=trainee)
    before = kept()
    for person in people:
        inside = enter(person)
        for row in (thought, note):
            for ending in ("", "erase/", "share/"):
                assert inside.get(f"/study/notes/{row.pk}/{ending}").status_code == 404
                assert (
                    inside.post(
                        f"/study/notes/{row.pk}/{ending}", {"text": "x", "action": "unshare"}
                    ).status_code
                    == 404
                )
        for address in (
            "/study/notes/",
            "/study/notes/my-notes.txt",
            "/study/notes/my-notes.json",
            "/study/mine/",
            "/study/mine/study.json",
        ):
            assert THOUGHT not in page(inside.get(address)) and "Persuasion alone" not in page(
                inside.get(address)
            )
        if person != tutor:
            assert inside.get(f"/teaching/reflections/{thought.pk}/").status_code == 404
            assert (
                inside.post(f"/teaching/reflections/{thought.pk}/", {"text": "x"}).status_code
                == 404
            )
        assert THOUGHT not in page(inside.get("/study/units/U1/all/"))
    assert kept() == before


def test_a_tutor_reads_what_is_shared_and_nothing_after_it_is_taken_back(
    enter, thought, trainee, tutor, make_person
):
    share(thought, tutor, by=trainee)
    inside = enter(tutor)
    assert "Mairi Test" in page(inside.get("/teaching/reflections/"))
    address = f"/teaching/reflections/{thought.pk}/"
    assert THOUGHT in page(inside.get(address))
    assert inside.post(address, {"text": ""}).status_code == 422
    assert inside.post(address, {"text": "What made you wait?"}).status_code == 302
    unshare(thought, by=trainee)
    assert (
        inside.get(address).status_code == 404
        and inside.post(address, {"text": "x"}).status_code == 404
    )
    assert "Mairi Test" not in page(inside.get("/teaching/reflections/"))
    # What one tutor answered is not shown to the next.
    second = make_person("Second", Role.TUTOR)
    share(thought, second, by=trainee)
    assert "What made you wait?" not in page(enter(second).get(address))
    assert "What made you wait?" in page(enter(trainee).get(f"/study/notes/{thought.pk}/"))


def test_only_tutors_have_a_page_of_shared_reflections(enter, trainee):
    assert enter(trainee).get("/teaching/reflections/").status_code == 403


def test_a_note_is_made_from_a_link_and_arrives_once(enter, plan, trainee, read):
    inside = enter(trainee)
    form = page(inside.get(f"/study/notes/new/?version={read.pk}&part=t1&quote=no+power"))
    assert "no power" in form
    sent = {
        "version": read.pk,
        "part": "t1",
        "quote": "no power",
        "text": "Persuasion.",
        "token": str(uuid.uuid4()),
    }
    for _ in range(2):
        assert inside.post("/study/notes/new/", sent).status_code == 302
    assert ReaderNote.objects.count() == 1
    assert (
        inside.post("/study/notes/new/", {**sent, "token": "", "text": SECRET}).status_code == 422
    )
    for wrong in ({"version": "x"}, {"version": "9" * 30}, {}):
        assert (
            inside.post(
                "/study/notes/new/", {**sent, **wrong, "version": wrong.get("version", "0")}
            ).status_code
            == 404
        )
    assert ReaderNote.objects.count() == 1


def test_a_note_in_another_nations_text_cannot_be_made(enter, plan, trainee, law_unit):
    english = law_unit.variants.get(key="england-wales").versions.get()
    answer = enter(trainee).post(
        "/study/notes/new/", {"version": english.pk, "part": "text", "text": "x"}
    )
    assert answer.status_code == 404 and not ReaderNote.objects.exists()


def test_a_note_is_changed_erased_and_taken_away(enter, note, thought, trainee):
    inside = enter(trainee)
    assert (
        inside.post(f"/study/notes/{note.pk}/", {"text": "Newer", "edition": 1}).status_code == 302
    )
    answer = inside.post(f"/study/notes/{note.pk}/", {"text": "Newest", "edition": 1})
    assert answer.status_code == 409 and "Newer" in page(answer) and "Newest" in page(answer)
    taken = inside.get("/study/notes/my-notes.txt")
    assert (
        "Newer" in taken.content.decode()
        and THOUGHT in taken.content.decode()
        and "attachment" in taken["Content-Disposition"]
    )
    assert {w["text"] for w in json.loads(inside.get("/study/notes/my-notes.json").content)} == {
        THOUGHT,
        "Newer",
    }
    assert "no-store" in taken["Cache-Control"]
    assert (
        "Erase this note?" in page(inside.get(f"/study/notes/{note.pk}/erase/"))
        and ReaderNote.objects.count() == 2
    )
    inside.post(f"/study/notes/{note.pk}/erase/")
    assert ReaderNote.objects.get() == thought


def test_everything_held_is_shown_and_given_whole(enter, thought, note, trainee, tutor, read, plan):
    mark_studied(trainee, read, by=trainee)
    share(thought, tutor, by=trainee)
    inside = enter(trainee)
    assert "Consent" in page(inside.get("/study/mine/"))
    held = json.loads(inside.get("/study/mine/study.json").content)
    assert held["studied"][0]["version"] == 1 and held["plans"][0]["nations"] == ["scotland"]
    assert {w["text"] for w in held["notes_and_reflections"]} == {THOUGHT, "Persuasion alone."}
    assert held["notes_and_reflections"][0]["shared_with"] == "Agnes Test"


def test_the_pages_ask_the_same_number_of_questions_for_many_notes(
    enter, note, thought, trainee, read, django_assert_max_num_queries
):
    for n in range(30):
        write_note(trainee, read, by=trainee, key="t1", quote="", text=f"Note {n}")
    inside = enter(trainee)
    for address, most in (("/study/notes/", 8), ("/study/mine/", 12), ("/study/units/U1/all/", 10)):
        inside.get(address)
        with django_assert_max_num_queries(most):
            assert inside.get(address).status_code == 200


def test_a_unit_and_a_reflection_can_be_left_at_once(enter, plan, trainee, read):
    inside = enter(trainee)
    for address in ("/study/units/U1/all/", HERE, "/study/notes/"):
        shown = page(inside.get(address))
        assert (
            'href="https://www.bbc.co.uk/weather" rel="noreferrer' in shown
            and "does not clear the browser’s history" in shown
        )

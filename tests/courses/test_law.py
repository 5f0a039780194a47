"""A change of law reaches everybody who learned the old text, and nobody else."""
from datetime import date, timedelta

import pytest
from django.db import Error, connection, transaction

from courses.actions import (
    answer_top_up,
    draft_top_up,
    finish_top_up,
    mark_studied,
    open_plan,
    publish_version,
    put_right,
    read_again,
    record_change,
    send_top_up,
    take_on,
)
from courses.drawing import draw
from courses.models import Correction, LawChange, Provision, Study, TopUp, TopUpDue, UnitPage
from courses.queries import review_calendar, studied_old_text, top_ups_of, versions_citing, versions_teaching_old_text
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NEW = {"summary": "Prosecutors must not proceed.", "as_at": date(2026, 11, 22), "review_by": date(2027, 5, 22)}
LATER = date(2027, 1, 31)


@pytest.fixture(autouse=True)
def today():
    with clock.at(date(2026, 11, 22)):
        yield


def teach(provision, variant, operator):
    page = UnitPage(title="Law", body=[("provision", {"provision": provision, "note": ""})])
    return publish_version(variant, draw(page), by=operator)


@pytest.fixture
def taught(provision, law_unit, operator):
    return teach(provision, law_unit.variants.get(key="scotland"), operator)


def change(provision, by, **now):
    return record_change(
        provision, by=by, words="The presumption became a bar.", effective_on=date(2026, 11, 1), now={**NEW, **now},
    )


def everything():
    return [list(m.objects.values()) for m in (Provision, LawChange, Correction, TopUp, TopUpDue, Entry, Notice)]


@pytest.fixture
def change_of(author, provision):
    return change(provision, author)


def send(top_up, author, counts_from=LATER):
    return send_top_up(top_up, by=author, counts_from=counts_from)


class TestRecording:
    def test_what_it_said_and_says_is_kept_and_the_ledger_moves_on(self, provision, author):
        made = change(provision, author)
        provision.refresh_from_db()
        assert made.was["summary"].startswith("The Lord Advocate") and made.now["summary"] == NEW["summary"]
        assert provision.summary == NEW["summary"] and str(provision.as_at) == "2026-11-22"
        entry = Entry.objects.get(deed="courses.change_law")
        assert entry.before["summary"] == made.was["summary"] and entry.actor == author.record_label

    def test_twice_is_once(self, provision, author):
        assert change(provision, author).pk == change(provision, author).pk
        assert LawChange.objects.count() == 1

    def test_law_to_come_is_recorded_when_it_comes(self, provision, author):
        before = everything()
        with pytest.raises(Refused, match="on the day"):
            record_change(provision, by=author, words="Soon.", effective_on=date(2026, 11, 23), now=NEW)
        assert everything() == before

    @pytest.mark.parametrize("now", [
        {"summary": "The Lord Advocate instructs prosecutors."}, {"summary": " "}, {"commencement": "soon"},
        {"jurisdictions": []}, {"review_by": date(2026, 11, 22)}, {"owner_id": 1},
    ])
    def test_what_the_ledger_could_not_stand_behind_is_refused(self, provision, author, now):
        before = everything()
        with pytest.raises(Refused):
            change(provision, author, **now)
        assert everything() == before

    def test_only_those_who_write_or_teach(self, provision, trainee, consultant, make_person):
        people = (trainee, consultant, make_person("Reg", Role.REGISTRAR), make_person("Emp", Role.EMPLOYER))
        before = everything()
        for person in people:
            for deed in (
                lambda by: change(provision, by), lambda by: slip(provision, by), lambda by: take_on(provision, by=by, owner=by),
                lambda by: read_again(provision, by=by, as_at=date(2026, 11, 22), review_by=LATER),
            ):
                with pytest.raises(NotAllowed):
                    deed(person)
        assert everything() == before

    @pytest.mark.both_engines
    @pytest.mark.parametrize("table", ["courses_lawchange", "courses_citation", "courses_correction"])
    def test_the_database_keeps_changes_and_citations_as_they_are(self, taught, provision, author, table):
        change(provision, author)
        slip(provision, author)
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
        assert LawChange.objects.count() == Correction.objects.count() == taught.citations.count() == 1


def slip(provision, by, why="The section was mistyped.", **now):
    return put_right(provision, by=by, why=why, now={"section": "s.45", **now})


class TestPuttingASlipRight:
    def test_nobody_is_told_that_the_law_changed(self, taught, provision, author, plan, trainee):
        mark_studied(trainee, taught, by=trainee)
        made = slip(provision, author)
        provision.refresh_from_db()
        assert (provision.section, made.was["section"], made.now["section"]) == ("s.45", "s.8", "s.45")
        assert not studied_old_text(provision).exists() and not versions_teaching_old_text(provision)
        assert not Notice.objects.exists() and not LawChange.objects.exists()
        assert [v.teaches for v in versions_citing(provision)] == ["slip"]
        assert Entry.objects.get(deed="courses.put_law_right").after["section"] == "s.45"

    def test_after_a_change_the_old_text_stays_old(self, taught, provision, author, plan, trainee):
        mark_studied(trainee, taught, by=trainee)
        changed = change(provision, author)
        slip(provision, author)
        assert [v.teaches for v in versions_citing(Provision.objects.get())] == ["old"]
        assert studied_old_text(Provision.objects.get()).count() == 1
        send(draft_top_up(changed, by=author), author)  # a slip put right does not overtake the change
        assert TopUpDue.objects.get().person == trainee

    def test_twice_is_once(self, provision, author):
        assert slip(provision, author) and slip(provision, author) is None
        assert Correction.objects.count() == 1

    @pytest.mark.parametrize("now", [{"why": " "}, {"act": " "}, {"section": ""}, {"jurisdictions": []}, {"as_at": date(2026, 1, 1)}])
    def test_what_the_ledger_could_not_stand_behind_is_refused(self, provision, author, now):
        before = everything()
        with pytest.raises(Refused):
            slip(provision, author, **now)
        assert everything() == before


class TestWhoLearnedTheOldText:
    @pytest.mark.both_engines
    def test_those_who_studied_it_and_nothing_newer(self, taught, provision, author, plan, trainee, make_person, programme, operator):
        other, fresh = make_person("Una", Role.LEARNER), make_person("Ros", Role.LEARNER)
        for person in (other, fresh):
            open_plan(person, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(trainee, taught, by=trainee)
        mark_studied(other, taught, by=other)
        assert not versions_teaching_old_text(provision)
        change(provision, author)
        provision.refresh_from_db()
        assert [v.pk for v in versions_teaching_old_text(provision)] == [taught.pk]
        newer = teach(provision, taught.variant, operator)
        for person in (other, fresh):
            mark_studied(person, newer, by=person)
        assert {s.person_id for s in studied_old_text(provision)} == {trainee.pk}

    def test_reading_again_and_new_dates_make_no_text_old(self, taught, provision, author):
        read_again(provision, by=author, as_at=date(2026, 11, 22), review_by=LATER)
        provision.refresh_from_db()
        assert not versions_teaching_old_text(provision) and not LawChange.objects.exists()
        with pytest.raises(Refused, match="later than today"):
            read_again(provision, by=author, as_at=date(2026, 11, 23), review_by=LATER)

    def test_a_reader_of_the_old_text_is_warned(self, enter, plan, trainee, taught, provision, author):
        inside = enter(trainee)
        assert "The law has changed" not in inside.get("/study/units/LAW/scotland/").content.decode()
        change(provision, author)
        assert "The law has changed" in inside.get("/study/units/LAW/scotland/").content.decode()


class TestTopUps:
    @pytest.fixture
    def studied(self, taught, plan, trainee):
        mark_studied(trainee, taught, by=trainee)

    @pytest.fixture
    def top_up(self, studied, change_of, author):
        return draft_top_up(change_of, by=author)

    def test_it_goes_to_those_people_alone_and_says_by_when(self, top_up, author, trainee, make_person):
        make_person("Ros", Role.LEARNER)
        send(top_up, author)
        due = TopUpDue.objects.get()
        assert due.person == trainee and due.done_at is None
        notice = Notice.objects.get(person=trainee)
        assert "31 January 2027" in notice.body and notice.url == f"/study/top-ups/{top_up.pk}/"
        sent = TopUp.objects.get()
        assert sent.nations == ["scotland"] and NEW["summary"] in sent.html

    def test_sent_twice_reaches_nobody_twice_and_those_who_came_since(
        self, top_up, author, taught, make_person, programme, operator
    ):
        send(top_up, author)
        send(top_up, author)
        assert TopUpDue.objects.count() == Notice.objects.filter(subject="The law you studied has changed").count() == 1
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        Study.objects.create(person=late, version=taught)  # as a row from before top-ups were sent at once
        send(top_up, author)
        assert TopUpDue.objects.count() == 2 and TopUpDue.objects.filter(person=late).count() == 1

    def test_whoever_studies_the_old_text_later_has_it_to_do_at_once_with_as_many_days(
        self, top_up, author, taught, make_person, programme, operator
    ):
        send(top_up, author)
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        with clock.at(date(2027, 3, 1)):
            mark_studied(late, taught, by=late)
            due = TopUpDue.objects.get(person=late)
            assert due.counts_from == date(2027, 3, 1) + (LATER - date(2026, 11, 22))
            assert "10 May 2027" in Notice.objects.get(person=late, url__contains="top-ups").body

    def test_a_top_up_that_the_law_has_overtaken_is_not_sent(self, top_up, author, provision):
        change(provision, author, summary="Changed once more.")
        before = everything()
        with pytest.raises(Refused, match="changed again"):
            send(top_up, author)
        assert everything() == before

    def test_what_was_sent_stays(self, top_up, author):
        sent = send(top_up, author)
        html = TopUp.objects.get().html
        sent.body = [("text", "<p>Other words</p>")]
        sent.save()
        send(sent, author, LATER + timedelta(days=5))
        again = TopUp.objects.get()
        assert again.html == html and again.counts_from == LATER

    @pytest.mark.parametrize("day", [None, date(2026, 11, 22), date(2026, 1, 1)])
    def test_people_need_time(self, top_up, author, day):
        before = everything()
        with pytest.raises(Refused, match="day to come"):
            send(top_up, author, day)
        assert everything() == before

    def test_only_an_author_sends_and_only_the_person_finishes(self, top_up, tutor, trainee, author):
        before = everything()
        for person in (tutor, trainee):
            with pytest.raises(NotAllowed):
                send(top_up, person)
        assert everything() == before
        send(top_up, author)
        before = everything()
        with pytest.raises(NotAllowed):
            finish_top_up(TopUpDue.objects.get(), by=author)
        assert everything() == before

    def test_a_question_in_it_is_answered_first(self, top_up, author, trainee, enter):
        top_up.body = [("text", "<p>New law</p>"), ("choice_check", {
            "text": "What now?", "why": "", "options": [
                {"text": "Bar", "right": True, "why": "Yes."}, {"text": "Presumption", "right": False, "why": "That was before."},
            ],
        })]
        top_up.save()
        send(TopUp.objects.get(), author)
        due = top_ups_of(trainee)[0]
        key = next(p["id"] for p in due.top_up.parts if p["kind"] == "check")
        with pytest.raises(Refused, match="Answer the question"):
            finish_top_up(due, by=trainee)
        inside, address = enter(trainee), f"/study/top-ups/{top_up.pk}/"
        assert inside.post(address, {"check": key}).status_code == 422
        inside.post(address, {"check": key, "given": "1"})
        assert "That was before." in inside.get(address).content.decode()
        assert inside.post(address, {}).status_code == 409
        assert TopUpDue.objects.get().done_at is None
        assert answer_top_up(due, key, 0, by=trainee).right
        assert inside.post(address, {}).status_code == 302
        done = TopUpDue.objects.get()
        assert done.done_at and finish_top_up(done, by=trainee).done_at == done.done_at
        assert Entry.objects.filter(deed="courses.finish_top_up").count() == 1

    def test_nobody_else_opens_it(self, top_up, author, enter, make_person, tutor):
        send(top_up, author)
        for person in (make_person("Una", Role.LEARNER), tutor):
            assert enter(person).get(f"/study/top-ups/{top_up.pk}/").status_code == 404


def test_the_calendar_says_what_is_overdue_soon_and_unowned(provision, author):
    def where():
        found = review_calendar()
        return [name for name in ("overdue", "soon", "later", "unowned") if provision in getattr(found, name)]

    assert where() == ["later", "unowned"]
    take_on(provision, by=author, owner=author)
    for day, expected in ((date(2027, 1, 1), ["soon"]), (date(2027, 2, 21), ["soon"]), (date(2027, 2, 22), ["overdue"])):
        with clock.at(day):
            assert where() == expected


def test_pages_ask_a_fixed_number_of_questions(enter, author, tutor, provision, taught, django_assert_num_queries):
    made = change(provision, author)
    for n in range(30):
        Provision.objects.create(
            key=f"k{n}", act="Act", section=f"s.{n}", jurisdictions=["scotland"], title="T", summary="S", commencement="bill",
            source="https://law.example/", as_at=date(2026, 11, 21), review_by=date(2027, 2, 21),
        )
    inside = enter(tutor)
    for address, questions in (("/law/", 5), (f"/law/{provision.key}/", 7), (f"/law/changes/{made.pk}/", 7)):
        inside.get(address)
        with django_assert_num_queries(questions):
            assert inside.get(address).status_code == 200

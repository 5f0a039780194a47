"""Keeping an accreditation: the log, a talk with a peer, asking in time or late, the audit by lot, and what a grant gives."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certificates.actions import (
    accept_cpd_log,
    add_rules,
    answer_check,
    ask_peer,
    ask_renewal,
    confirm_peer_discussion,
    decline_peer_discussion,
    grant_renewal,
    issue_again,
    keep_entry,
    prepare_renewal,
    refuse_renewal,
    remove_entry,
    withhold,
)
from certificates.actions.reminders import remind
from certificates.models import LogEntry, Reminder, Renewal
from certificates.queries import to_issue_again
from certificates.queries.facts import standing_rules
from certificates.queries.renewals import renewing
from lms.kit import clock, codes
from lms.kit.codes import Misread
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
LAST, OPENS = date(2029, 7, 19), date(2029, 1, 20)
DAY = timedelta(days=1)


@pytest.fixture
def held():
    return scene.certified()


@pytest.fixture(autouse=True)
def no_audit(settings):
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}


def entry(person, day, hours=60, **changes):
    given = {
        "on_day": day,
        "minutes": hours * 60 if hours <= 24 else 24 * 60,
        "what": "A course",
        "learnt": "Something.",
        **changes,
    }
    return keep_entry(person, given, by=person)


def full_log(person, day):
    """Sixty hours, one of them talked over."""
    for n in range(3):
        made = entry(person, day - n * DAY, 20, what=f"Course {n}")
    made.peer = scene.person("Pia", "Peer")
    made.save()
    confirm_peer_discussion(made, "We talked.", by=made.peer)


def asked(held, day):
    """A renewal asked for on that day, with every step done."""
    person = held.enrolment.person
    with clock.at(day):
        full_log(person, day)
        prepare_renewal(person, "What I did.", True, by=person)
        return ask_renewal(person, by=person)


def code(held, day):
    with clock.at(day):
        return answer_check(held.number, "Llewellyn").answer["code"]


class TestSteps:
    def test_each_is_shown_done_or_missing_and_asking_names_what_is_missing(self, held):
        person = held.enrolment.person
        with clock.at(OPENS):
            assert {s.key: s.is_done for s in renewing(person.pk).steps} == {
                "hours": False,
                "talks": False,
                "top_ups": True,
                "post": True,
                "statement": False,
                "declared": False,
            }
            prepare_renewal(person, "What I did.", False, by=person)
            before = (Renewal.objects.get().state, Entry.objects.count(), Notice.objects.count())
            with pytest.raises(Refused) as refused:
                ask_renewal(person, by=person)
            for words in ("0 of 60 hours", "peer", "declaration"):
                assert words in str(refused.value)
            assert (
                Renewal.objects.get().state,
                Entry.objects.count(),
                Notice.objects.count(),
            ) == before
            full_log(person, OPENS)
            prepare_renewal(person, "What I did.", True, by=person)
            assert ask_renewal(person, by=person).state == "asked"

    def test_not_before_the_window_opens_and_not_for_somebody_else(self, held):
        person = held.enrolment.person
        with clock.at(OPENS - DAY), pytest.raises(Refused, match="from Saturday 20 January 2029"):
            prepare_renewal(person, "x", True, by=person)
        with clock.at(OPENS), pytest.raises(NotAllowed):
            prepare_renewal(person, "x", True, by=scene.hub_officer())
        nobody = scene.person()
        with pytest.raises(Refused, match="nothing to renew"):
            prepare_renewal(nobody, "x", True, by=nobody)
        assert not Renewal.objects.exists()

    def test_asking_a_peer_tells_nobody_who_somebody_is(self, client, held):
        """A right and a wrong name look the same to whoever asks."""
        other = scene.certified("Ada", "Onefeather")
        pages = []
        with clock.at(TODAY + DAY):
            for surname in ("Onefeather", "Nobody"):
                made = entry(held.enrolment.person, TODAY, 2, what=f"A course for {len(pages)}")
                scene.sign_in(client, held.enrolment.person)
                client.post(
                    f"/certificates/log/{made.pk}/",
                    {"action": "peer", "number": other.number, "surname": surname},
                )
                pages.append(
                    client.get(f"/certificates/log/{made.pk}/")
                    .content.decode()
                    .split("Talk it over with a peer")[1]
                    .split("<form")[0]
                )
        assert (
            pages[0] == pages[1] and "You asked a colleague" in pages[0] and "Ada" not in pages[0]
        )

    def test_hours_of_another_term_do_not_count(self, held):
        person = held.enrolment.person
        with clock.at(TODAY):
            entry(person, TODAY - DAY, 20)
        with clock.at(OPENS):
            assert renewing(person.pk).done.minutes == 0


class TestOnTimeAndLate:
    def test_on_time_it_goes_on_while_it_is_decided_and_the_new_term_follows_the_old(self, held):
        renewal = asked(held, LAST)
        assert code(held, LAST) == "accredited" and code(held, LAST + DAY) == "renewal_in_progress"
        with clock.at(LAST + 30 * DAY):
            grant_renewal(renewal, by=scene.hub_officer())
        assert Renewal.objects.get().granted_until == date(2032, 7, 19)
        assert (
            code(held, LAST + 30 * DAY) == "accredited"
            and code(held, LAST + 29 * DAY) == "renewal_in_progress"
        )

    def test_late_it_keeps_nothing_and_the_new_term_runs_from_the_decision(self, held):
        renewal = asked(held, LAST + 120 * DAY)
        assert code(held, LAST + 121 * DAY) == "lapsed"
        with clock.at(LAST + 130 * DAY):
            grant_renewal(renewal, by=scene.hub_officer())
        assert (
            Renewal.objects.get().granted_until == date(2032, 11, 25)
            and code(held, LAST + 130 * DAY) == "accredited"
        )

    def test_refused_it_runs_out_the_reason_is_theirs_alone_and_they_may_ask_again(self, held):
        renewal, by = asked(held, LAST), scene.hub_officer()
        with clock.at(LAST + 10 * DAY):
            with pytest.raises(Refused, match="The person reads it"):
                refuse_renewal(renewal, " ", by=by)
            refuse_renewal(renewal, "PRIVATE words", by=by)
            before = Entry.objects.count(), Notice.objects.count()
            assert (
                refuse_renewal(renewal, "Again", by=by).why_not == "PRIVATE words"
                and (Entry.objects.count(), Notice.objects.count()) == before
            )
            with pytest.raises(Refused):
                grant_renewal(renewal, by=by)
        assert code(held, LAST + 10 * DAY) == "lapsed" and "PRIVATE" not in str(
            list(Notice.objects.values())
        ) + str(list(Entry.objects.values()))
        person = held.enrolment.person
        with clock.at(LAST + 11 * DAY):
            prepare_renewal(person, "Better.", True, by=person)
            assert ask_renewal(person, by=person).pk != renewal.pk

    def test_rules_recorded_after_it_was_asked_for_do_not_cut_it_short(self, held):
        asked(held, LAST)
        with clock.at(LAST):
            add_rules(
                replace(standing_rules(), progress_months=0),
                LAST,
                "Shorter.",
                by=scene.hub_officer(),
            )
        assert code(held, LAST + DAY) == "renewal_in_progress"

    def test_the_rules_of_the_day_of_asking_are_kept(self, held, settings):
        renewal = asked(held, OPENS)
        settings.IMSA_RULES = {**settings.IMSA_RULES, "years": 1}
        with clock.at(OPENS + DAY):
            grant_renewal(renewal, by=scene.hub_officer())
        assert Renewal.objects.get().granted_until == date(2032, 7, 19)

    def test_a_granted_one_is_issued_again_once(self, held):
        renewal = asked(held, OPENS)
        with clock.at(OPENS + DAY):
            grant_renewal(renewal, by=scene.hub_officer())
            assert [(a.certificate, a.why) for a in to_issue_again()] == [
                (held, "The accreditation was renewed.")
            ]
            new = issue_again(held.enrolment, "renewed", by=scene.registrar())
            assert new.valid_until == date(2032, 7, 19) and to_issue_again() == []

    @pytest.mark.parametrize("role", [Role.LEARNER, Role.REGISTRAR, Role.TUTOR])
    def test_only_the_hub_decides_and_nobody_about_themselves(self, held, role):
        renewal = asked(held, OPENS)
        scene.RoleGrant.objects.create(
            person=held.enrolment.person,
            role=Role.HUB_OFFICER,
            starts_on=date(2025, 1, 1),
            granted_by="t",
        )
        for by in (scene.person("A", "B", role), held.enrolment.person):
            for action in (
                lambda by=by: grant_renewal(renewal, by=by),
                lambda by=by: refuse_renewal(renewal, "x", by=by),
                lambda by=by: accept_cpd_log(renewal, "", by=by),
            ):
                with pytest.raises(NotAllowed):
                    action()
        assert Renewal.objects.get().state == "asked"


class TestAuditByLot:
    def test_drawn_it_is_read_before_it_is_decided(self, held, settings):
        settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 100}
        renewal, by = asked(held, LAST), scene.hub_officer()
        assert renewal.state == "audit" and code(held, LAST + DAY) == "renewal_in_progress"
        with clock.at(LAST + DAY):
            with pytest.raises(Refused):
                grant_renewal(renewal, by=by)
            accept_cpd_log(renewal, "In order.", by=by)
            accept_cpd_log(renewal, "Twice.", by=by)
            assert Renewal.objects.get().audit_words == "In order."
            assert grant_renewal(renewal, by=by).state == "granted"

    def test_the_lot_draws_as_many_as_the_rule_says(self):
        with codes.predictable("lot"):
            drawn = sum(codes.chance().randrange(100) < 10 for _ in range(2000))
        assert 150 < drawn < 250


class TestLog:
    def test_kept_changed_and_taken_out_by_its_owner_alone_and_never_in_the_record(self, held):
        person, other = held.enrolment.person, scene.person()
        with clock.at(OPENS):
            made = entry(person, OPENS, 2, learnt="PRIVATE")
            assert (
                entry(person, OPENS, 2, learnt="PRIVATE") == made and LogEntry.objects.count() == 1
            )
            keep_entry(
                person,
                {"on_day": OPENS, "minutes": 60, "what": "A talk", "learnt": "PRIVATE 2"},
                by=person,
                entry=made,
            )
            for action in (
                lambda: keep_entry(
                    person, {"on_day": OPENS, "minutes": 60, "what": "x", "learnt": "x"}, by=other
                ),
                lambda: remove_entry(made, by=other),
                lambda: ask_peer(made, "IMSA-2222-2223", "x", by=other),
                lambda: confirm_peer_discussion(made, "", by=other),
                lambda: decline_peer_discussion(made, by=other),
            ):
                with pytest.raises((NotAllowed, Misread)):
                    action()
            assert LogEntry.objects.get().what == "A talk"
            remove_entry(made, by=person)
            remove_entry(made, by=person)
        assert not LogEntry.objects.exists() and "PRIVATE" not in str(list(Entry.objects.values()))

    @pytest.mark.parametrize(
        "changes",
        [
            {"on_day": OPENS + DAY},
            {"minutes": 0},
            {"minutes": 24 * 60 + 1},
            {"what": " "},
            {"learnt": " "},
        ],
    )
    def test_what_cannot_be_is_refused(self, held, changes):
        person = held.enrolment.person
        given = {"on_day": OPENS, "minutes": 60, "what": "x", "learnt": "y", **changes}
        with clock.at(OPENS), pytest.raises(Refused):
            keep_entry(person, given, by=person)
        assert not LogEntry.objects.exists()

    def test_what_a_renewal_rests_on_changes_no_more(self, held):
        person = held.enrolment.person
        asked(held, OPENS)
        with clock.at(OPENS + DAY):
            made = LogEntry.objects.first()
            for action in (
                lambda: remove_entry(made, by=person),
                lambda: entry(person, OPENS - DAY),
                lambda: keep_entry(
                    person,
                    {"on_day": OPENS + DAY, "minutes": 1, "what": "x", "learnt": "x"},
                    by=person,
                    entry=made,
                ),
            ):
                with pytest.raises(Refused, match="rests on the log"):
                    action()
            assert LogEntry.objects.count() == 3
            entry(person, OPENS + DAY)

    def test_a_peer_is_found_by_number_and_name_and_nobody_learns_whether(self, held):
        person, peer = held.enrolment.person, scene.certified("Pia", "Peer").enrolment.person
        hidden = scene.certified("Linh", "Hidden").enrolment.person
        withhold_by = scene.hub_officer()
        with clock.at(OPENS):
            withhold(hidden, "x", by=withhold_by)
            made = entry(person, OPENS, 2)
            notices = Notice.objects.count()
            for number, surname in (
                (hidden.imsa_number, "Hidden"),
                (peer.imsa_number, "Wrong"),
                (codes.numbered("IMSA", 5), "Peer"),
                (person.imsa_number, "Llewellyn"),
            ):
                assert ask_peer(made, number, surname, by=person) is None
                assert (
                    LogEntry.objects.get(pk=made.pk).peer is None
                    and Notice.objects.count() == notices
                )
            assert ask_peer(made, peer.imsa_number, "peer", by=person) is None
            ask_peer(made, peer.imsa_number, "peer", by=person)
            assert (
                Notice.objects.filter(person=peer, subject__contains="colleague asks").count() == 1
            )
            with pytest.raises(NotAllowed):
                confirm_peer_discussion(made, "", by=person)
            confirm_peer_discussion(made, "Good.", by=peer)
            # Words that change are to be talked over anew.
            keep_entry(
                person,
                {"on_day": OPENS, "minutes": 120, "what": "A course", "learnt": "Another thing."},
                by=person,
                entry=made,
            )
            assert LogEntry.objects.get(pk=made.pk).talked_at is None
            decline_peer_discussion(made, by=peer)
            assert LogEntry.objects.get(pk=made.pk).peer is None


class TestTalksStay:
    def test_a_talk_that_was_confirmed_is_not_taken_back(self, held):
        person, peer = held.enrolment.person, scene.person("Pia", "Peer")
        with clock.at(OPENS):
            made = entry(person, OPENS, 2)
            made.peer = peer
            made.save()
            confirm_peer_discussion(made, "Good.", by=peer)
            with pytest.raises(Refused, match="so it stays"):
                decline_peer_discussion(made, by=peer)
            made.refresh_from_db()
            assert (
                made.talked_at
                and made.peer == peer
                and confirm_peer_discussion(made, "Again.", by=peer).peer_words == "Good."
            )


class TestReminders:
    def sent(self, person):
        return list(
            Reminder.objects.filter(person=person).order_by("pk").values_list("kind", flat=True)
        )

    def run(self, day):
        with clock.at(day):
            return remind(by=Operator("work"))

    def test_each_once_in_its_time_and_none_after_it_was_asked_for(self, held):
        person = held.enrolment.person
        assert self.run(OPENS - DAY) == 0
        assert self.run(OPENS) == 1 and self.run(OPENS) == 0
        # A run that was missed sends the last that came due, not all of them.
        assert self.run(LAST - 25 * DAY) == 1 and self.sent(person) == [
            "renewal_opens",
            "renewal_30",
        ]
        asked(held, LAST - 20 * DAY)
        assert self.run(LAST - 7 * DAY) == 0
        assert (
            "Thursday 19 July 2029"
            in Notice.objects.get(subject="Your accreditation ends in a month").body
        )

    def test_nobody_who_may_not_act_is_told_how_long_it_lasts(self, held):
        with clock.at(OPENS - DAY):
            scene.sanctioned(held.enrolment, "withdrawn", OPENS - DAY)
        for day in (OPENS, LAST - 60 * DAY, LAST - 7 * DAY):
            assert self.run(day) == 0
        assert self.sent(held.enrolment.person) == []

    def test_a_post_that_ends_and_the_gap_after_it(self, held):
        last = TODAY + 90 * DAY
        scene.end(held.register_line, last)
        for day in (
            last - 31 * DAY,
            last - 30 * DAY,
            last + 300 * DAY,
            last + 306 * DAY,
            last + 352 * DAY,
        ):
            self.run(day)
        assert self.sent(held.enrolment.person) == ["post_30", "grace_60", "grace_14"]

    def test_nobody_gets_one_for_a_post_that_another_follows(self, held):
        last = TODAY + 90 * DAY
        scene.end(held.register_line, last)
        scene.employ(
            held.enrolment.person, scene.organisation("MILL", "Mill House"), starts_on=last + DAY
        )
        assert self.run(last - 10 * DAY) == 0

"""Rules with dates, leave before a certificate, and the rehearsal of a day that changes nothing."""

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest

from certificates.accreditation.renewal import WORDS
from certificates.actions import (
    add_rules,
    answer_check,
    confirm_decision,
    end_temporary_accreditation,
    give_temporary_accreditation,
    watch,
)
from certificates.actions.reminders import remind
from certificates.checking.uploaded_lists import pasted
from certificates.models import Certificate, PendingDecision, Reminder, RuleLine, Temporary
from certificates.queries import the_book
from certificates.queries.facts import standing_rules
from cohorts.organisations.models import Approval
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import give_number
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield TODAY


class TestRules:
    def test_they_count_from_their_day_and_what_was_decided_before_keeps_to_its_own(self):
        shorter = replace(standing_rules(), years=2, grace_months=1)
        first = scene.certified()
        line = add_rules(shorter, TODAY + 10 * DAY, "Two years are enough.", by=scene.hub_officer())
        assert (
            the_book().on(TODAY + 9 * DAY) == standing_rules()
            and the_book().on(TODAY + 10 * DAY) == shorter
        )
        second = scene.certified("B", "Second", on=TODAY + 10 * DAY)
        assert first.valid_until == date(2029, 7, 19) and second.valid_until == date(2028, 7, 29)
        assert Entry.objects.get(action="certificates.add_rules").after["years"] == 2
        before = RuleLine.objects.count()
        assert (
            add_rules(shorter, TODAY + 10 * DAY, "Again.", by=scene.hub_officer()) == line
            and RuleLine.objects.count() == before
        )

    def test_a_line_recorded_later_replaces_one_that_was_to_begin_after_it(self):
        by = scene.hub_officer()
        add_rules(replace(standing_rules(), years=1), TODAY + 100 * DAY, "x", by=by)
        add_rules(replace(standing_rules(), years=5), TODAY + 50 * DAY, "y", by=by)
        assert the_book().on(TODAY + 200 * DAY).years == 5

    @pytest.mark.parametrize(
        ("changes", "day", "reason", "said"),
        [
            ({"years": 0}, TODAY, "x", "from 1 to 10"),
            ({"audit_percent": 101}, TODAY, "x", "from 0 to 100"),
            ({"years": 2}, TODAY - DAY, "x", "today or a later day"),
            ({"years": 2}, TODAY, " ", "Write down why"),
            ({}, TODAY, "x", "These are the rules already"),
        ],
    )
    def test_what_cannot_be_is_refused(self, changes, day, reason, said):
        by = scene.hub_officer()
        with pytest.raises(Refused, match=said):
            add_rules(replace(standing_rules(), **changes), day, reason, by=by)
        assert not RuleLine.objects.exists() and not Entry.objects.exists()

    def test_only_the_hub(self):
        for role in (Role.REGISTRAR, Role.TUTOR, Role.LEARNER):
            with pytest.raises(NotAllowed):
                add_rules(
                    replace(standing_rules(), years=2), TODAY, "x", by=scene.person("A", "B", role)
                )
        assert not RuleLine.objects.exists()


class TestTemporary:
    @pytest.fixture
    def trainee(self):
        who = scene.person("Tess", "Trainee", Role.LEARNER)
        enrolment = scene.enrol(who, ("england", "scotland"))
        scene.employ(who, nations=("england",))
        give_number(who, by=scene.registrar())
        return enrolment

    def code(self, trainee, day):
        with clock.at(day):
            return answer_check(trainee.person.imsa_number, "Trainee").answer

    def test_for_its_days_and_where_there_is_a_post(self, trainee):
        by = scene.hub_officer()
        made = give_temporary_accreditation(
            trainee, ["scotland", "england"], TODAY, TODAY + 30 * DAY, "PRIVATE", by=by
        )
        assert (
            give_temporary_accreditation(
                trainee, ["england", "scotland"], TODAY, TODAY + 30 * DAY, "Again", by=by
            )
            == made
        )
        answer = self.code(trainee, TODAY + 30 * DAY)
        assert (answer["code"], answer["nations"]) == ("temporarily_accredited", ["England"])
        assert self.code(trainee, TODAY + 31 * DAY)["code"] == "in_training"
        assert "PRIVATE" not in str(list(Notice.objects.values())) + str(
            list(Entry.objects.values())
        )

    def test_ended_today_it_answers_until_yesterday_and_called_off_it_never_does(self, trainee):
        by = scene.hub_officer()
        made = give_temporary_accreditation(
            trainee, ["england"], TODAY, TODAY + 30 * DAY, "x", by=by
        )
        with clock.at(TODAY + 5 * DAY):
            end_temporary_accreditation(made, by=by)
            before = Entry.objects.count()
            end_temporary_accreditation(made, by=by)
            assert Entry.objects.count() == before
            later = give_temporary_accreditation(
                trainee, ["england"], TODAY + 10 * DAY, TODAY + 20 * DAY, "x", by=by
            )
            end_temporary_accreditation(later, by=by)
        codes = [self.code(trainee, TODAY + n * DAY)["code"] for n in (4, 5, 15)]
        assert codes == ["temporarily_accredited", "in_training", "in_training"]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"where": []}, "at least one nation"),
            ({"from_day": TODAY - DAY}, "today or on a later day"),
            ({"until_day": TODAY - DAY}, "last day comes before"),
            ({"until_day": date(2027, 1, 20)}, "6 months at most: to Tuesday 19 January 2027"),
            ({"reason": " "}, "Write down why"),
        ],
    )
    def test_what_cannot_be_is_refused(self, trainee, changes, said):
        given = {
            "where": ["england"],
            "from_day": TODAY,
            "until_day": TODAY + DAY,
            "reason": "x",
            **changes,
        }
        by = scene.hub_officer()
        before = Entry.objects.count()
        with pytest.raises(Refused, match=said):
            give_temporary_accreditation(trainee, by=by, **given)
        assert not Temporary.objects.exists() and Entry.objects.count() == before

    def test_not_beside_a_certificate_nor_beside_another_nor_by_a_registrar(self, trainee):
        by = scene.hub_officer()
        with pytest.raises(Refused, match="holds a certificate"):
            give_temporary_accreditation(
                scene.certified().enrolment, ["england"], TODAY, TODAY + DAY, "x", by=by
            )
        give_temporary_accreditation(trainee, ["england"], TODAY, TODAY + 10 * DAY, "x", by=by)
        with pytest.raises(Refused, match="already"):
            give_temporary_accreditation(
                trainee, ["england"], TODAY + 5 * DAY, TODAY + 20 * DAY, "x", by=by
            )
        with pytest.raises(NotAllowed):
            give_temporary_accreditation(
                trainee, ["england"], TODAY + 30 * DAY, TODAY + 40 * DAY, "x", by=scene.registrar()
            )
        assert Temporary.objects.count() == 1


class TestRulesPage:
    def given(self, **changes):
        return {**asdict(standing_rules()), "from_day": TODAY, "reason": "Decided.", **changes}

    def test_a_line_says_what_it_changes_and_the_form_begins_with_what_is_to_come(self, client):
        scene.sign_in(client, scene.hub_officer())
        add_rules(
            replace(standing_rules(), grace_months=6),
            TODAY + 30 * DAY,
            "Shorter.",
            by=scene.hub_officer(),
        )
        page = client.get("/hub/rules/")
        assert (
            "Without a post that counts it lapses after: 6 months, before 12"
            in page.content.decode()
        )
        assert (
            page.context["form"]["grace_months"].value() == 6
            and "Other rules are to come" in page.content.decode()
        )

    def test_rules_that_were_to_come_go_only_when_that_is_said(self, client):
        scene.sign_in(client, scene.hub_officer())
        add_rules(
            replace(standing_rules(), grace_months=6),
            TODAY + 30 * DAY,
            "Shorter.",
            by=scene.hub_officer(),
        )
        page = client.post("/hub/rules/", self.given(years=2))
        assert (
            "would replace those that were to begin on Wednesday 19 August 2026"
            in page.content.decode()
            and RuleLine.objects.count() == 1
        )
        assert (
            client.post("/hub/rules/", self.given(years=2, replace="on")).status_code == 302
            and RuleLine.objects.count() == 1
        )
        scene.press(client, "/hub/decisions/check/")
        confirm_decision(PendingDecision.objects.get(), by=scene.hub_officer())
        assert RuleLine.objects.count() == 2
        assert the_book().on(TODAY + 40 * DAY).grace_months == 12
        later = client.post("/hub/rules/", self.given(years=1, from_day=TODAY + 60 * DAY))
        assert later.status_code == 302, "rules after the last line replace nothing"


class TestLeavePage:
    def test_a_nation_without_a_post_is_named_where_leave_is_given(self, client):
        enrolment = scene.enrol(scene.person("Ada", "Leave", Role.LEARNER), ("england", "scotland"))
        scene.employ(enrolment.person)
        scene.sign_in(client, scene.hub_officer())
        path = f"/hub/people/{enrolment.pk}/temporary/"
        assert "in a post that counts in England." in client.get(path).content.decode()
        given = {
            "nations": ["england", "scotland"],
            "from_day": TODAY,
            "until_day": TODAY + 30 * DAY,
            "reason": "A court date.",
        }
        page = client.post(path, given, follow=True).content.decode()
        assert (
            "No post on the register counts in Scotland on that day" in page
            and not Temporary.objects.exists()
        )
        scene.press(client, "/hub/decisions/check/")
        confirm_decision(PendingDecision.objects.get(), by=scene.hub_officer())
        assert "No post that counts today in Scotland" in client.get(path).content.decode()


class TestRehearsal:
    def page(self, client, **asked):
        scene.sign_in(client, scene.hub_officer())
        return client.get("/hub/rehearsal/", asked)

    def test_who_lapses_what_comes_together_and_which_messages_go_and_nothing_is_written(
        self, client
    ):
        held = scene.certified("Ada", "Ending")
        scene.end(held.register_line, date(2029, 7, 1))
        scene.certified("Bea", "Going")

        def counted():
            return (
                Entry.objects.count(),
                Notice.objects.count(),
                Certificate.objects.count(),
                Approval.objects.count(),
            )  # noqa: E731

        before = counted()
        page = self.page(client, day="2029-08-01")
        assert counted() == before
        assert [(t["name"], t["after"].label, t["on_day"]) for t in page.context["by_itself"]] == [
            ("Ada Ending", "Between posts", date(2029, 7, 2)),
            ("Ada Ending", "Lapsed", date(2029, 7, 20)),
            ("Bea Going", "Lapsed", date(2029, 7, 20)),
        ]
        assert page.context["to_watchers"] == []
        assert {m["subject"] for m in page.context["messages_to_go"]} >= {
            "You can ask for your renewal",
            "Your post on the register ends in a month",
        }
        assert [c["name"] for c in page.context["clashes"]] == []

    def test_an_organisations_suspension(self, client):
        scene.certified("Ada", "Here")
        scene.certified("Bea", "There", where=scene.organisation("MILL", "Mill House"))
        mill = scene.organisation("MILL")
        page = self.page(client, day="2026-08-01", organisation=mill.pk)
        assert [
            (t["name"], t["before"].label, t["after"].label) for t in page.context["by_change"]
        ] == [("Bea There", "Accredited", "Between posts")]
        assert (
            "The approval of Mill House was suspended on" in page.content.decode()
            and mill.approvals.count() == 1
        )
        assert (
            answer_check(Certificate.objects.get(facts__name="Bea There").number, "There").answer[
                "code"
            ]
            == "accredited"
        )

    def test_other_rules(self, client):
        held = scene.certified("Ada", "Gap")
        scene.end(held.register_line, TODAY + 5 * DAY)
        rules = {
            f"rules-{k}": v for k, v in asdict(replace(standing_rules(), grace_months=1)).items()
        }
        page = self.page(
            client, day="2026-10-01", rules="1", **{"rules-from_day": TODAY.isoformat()}, **rules
        )
        assert [(t["name"], t["after"].label) for t in page.context["by_change"]] == [
            ("Ada Gap", "Lapsed")
        ]
        assert not RuleLine.objects.exists()

    def test_there_and_back_again_is_two_changes_each_with_its_day(self, client):
        held = scene.certified("Ada", "Back")
        scene.end(held.register_line, TODAY + 10 * DAY)
        scene.employ(held.enrolment.person, starts_on=TODAY + 20 * DAY)
        page = self.page(client, day=TODAY + 30 * DAY)
        assert [(t["after"].label, t["on_day"], t["until"]) for t in page.context["by_itself"]] == [
            ("Between posts", TODAY + 11 * DAY, TODAY + 19 * DAY),
            ("Accredited", TODAY + 20 * DAY, None),
        ]
        assert "post at Harbour House ended" in page.context["by_itself"][0]["fails"][0]

    def test_what_a_change_does_before_the_day_and_mends_again_is_seen(self, client):
        """A suspension of the first organisation harms only until the post at the second begins."""
        held = scene.certified("Ada", "Moving")
        scene.end(held.register_line, TODAY + 20 * DAY)
        scene.employ(
            held.enrolment.person,
            scene.organisation("MILL", "Mill House"),
            starts_on=TODAY + 15 * DAY,
        )
        where = scene.organisation()
        page = self.page(
            client, day=TODAY + 30 * DAY, organisation=where.pk, suppose_from=TODAY + 3 * DAY
        )
        assert [(t["after"].label, t["on_day"], t["until"]) for t in page.context["by_change"]] == [
            ("Between posts", TODAY + 3 * DAY, TODAY + 14 * DAY),
        ]

    def test_a_gap_that_begins_later_has_its_messages_and_equal_ones_are_one_line(self, client):
        for name in ("Ada", "Bea"):
            held = scene.certified(name, "Gap")
            scene.end(held.register_line, TODAY + 10 * DAY)
        page = self.page(client, day=date(2027, 8, 15))
        gap = [
            (m["on"], m["names"])
            for m in page.context["messages_to_go"]
            if m["subject"] == "Your accreditation lapses in two weeks"
        ]
        assert gap == [(date(2027, 7, 16), ["Ada Gap", "Bea Gap"])]
        assert [t["on_day"] for t in page.context["by_itself"] if t["after"].label == "Lapsed"] == [
            date(2027, 7, 31)
        ] * 2

    def test_the_messages_rehearsed_are_those_that_go(self, client):
        """Played day by day, the job sends just what was foretold, on those days."""
        held = scene.certified("Ada", "Ending")
        scene.end(held.register_line, TODAY + 10 * DAY)
        scene.employ(held.enrolment.person, starts_on=TODAY + 100 * DAY, ends_on=TODAY + 140 * DAY)
        end = TODAY + 500 * DAY
        foretold = [
            (m["on"], m["subject"]) for m in self.page(client, day=end).context["messages_to_go"]
        ]
        went = []
        for n in range(501):
            with clock.at(TODAY + n * DAY):
                before = set(Reminder.objects.values_list("pk", flat=True))
                remind(by=Operator("test"))
                went += [
                    (TODAY + n * DAY, WORDS[r.kind][0])
                    for r in Reminder.objects.exclude(pk__in=before)
                    if n
                ]
        assert foretold == went and len(went) >= 3

    def test_the_organisations_that_watch_are_named_with_the_day(self, client):
        held = scene.certified("Ada", "Watched")
        employer = scene.contact()
        where = employer.contacts.get().organisation
        watch(
            where,
            pasted(f"{held.number}, Watched", TODAY),
            "employment",
            TODAY + 60 * DAY,
            by=employer,
        )
        scene.end(held.register_line, TODAY + 10 * DAY)
        assert self.page(client, day=TODAY + 30 * DAY).context["to_watchers"] == [
            {"on": TODAY + 11 * DAY, "organisation": "Harbour House", "people": 1},
        ]
        supposed = {"day": TODAY + 30 * DAY, "organisation": where.pk, "suppose_from": TODAY}
        assert self.page(client, **supposed).context["to_watchers"] == [], (
            "who is not approved is told nothing"
        )
        other = scene.contact(scene.organisation("MILL", "Mill House"))
        watch(
            scene.organisation("MILL"),
            pasted(f"{held.number}, Watched", TODAY),
            "employment",
            TODAY + 60 * DAY,
            by=other,
        )
        assert self.page(client, **supposed).context["to_watchers"] == [
            {"on": TODAY, "organisation": "Mill House", "people": 1}
        ], "and once"

    def test_what_is_supposed_after_the_day_or_twice_is_said_where_it_stands(self, client):
        where = scene.organisation()
        rules = {"rules": "1", **{f"rules-{k}": v for k, v in asdict(standing_rules()).items()}}
        for asked, said in (
            (
                {"organisation": where.pk, "suppose_from": TODAY + 31 * DAY},
                "Suppose it from a day up to the one you rehearse.",
            ),
            (
                {"rules-from_day": TODAY + 31 * DAY, **rules},
                "Suppose them from a day up to the one you rehearse.",
            ),
            (
                {"organisation": where.pk, "rules-from_day": TODAY, **rules},
                "Suppose one thing at a time",
            ),
        ):
            page = self.page(client, day=TODAY + 30 * DAY, **asked)
            assert "is_played" not in page.context and said in page.content.decode()

    @pytest.mark.parametrize("day", ["2026-07-20", "2026-07-19", "2033-01-01", "soon", ""])
    def test_a_day_that_cannot_be_rehearsed(self, client, day):
        page = self.page(client, day=day, organisation="")
        assert page.status_code == 200 and "is_played" not in page.context

    def test_only_the_hub(self, client):
        scene.sign_in(client, scene.registrar())
        assert client.get("/hub/rehearsal/", {"day": "2029-01-01"}).status_code == 403

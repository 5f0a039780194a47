"""An organisation's room: what is owed and who acts next, contacts' own word, reviews and reminders once each, and what was true on any past day."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from cohorts.approvals import oversight
from cohorts.approvals.actions import decide_approval
from cohorts.approvals.queries import due_counts, months_later, organisations_for_hub
from cohorts.approvals.reminders import remind_organisations
from cohorts.employment.actions import record_post
from cohorts.organisations.actions import (
    add_contact,
    add_organisation,
    cancel_contact,
    end_contact,
)
from cohorts.organisations.models import (
    Contact,
    Memorandum,
    OrganisationLine,
    OrganisationReminder,
    TelephoneTask,
)
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role, RoleGrant
from lms.people.roles import Operator
from lms.record.models import Entry

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
BY = Operator("test")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def contact(organisation, person_with):
    person = person_with(Role.EMPLOYER, first_name="Gareth", last_name="Pritchard")
    return add_contact(person, organisation, by=BY, starts_on=TODAY - 10 * DAY)


@pytest.fixture
def approved(organisation, contact):
    decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=TODAY + 400 * DAY)
    return organisation


def told(person):
    return list(
        Notice.objects.filter(person=person).order_by("pk").values_list("subject", flat=True)
    )


def narrowed(**more):
    return [one.code for one in organisations_for_hub(clock.today(), **more)]


class TestRoom:
    def test_who_acts_next_is_said_with_days_and_goes_when_it_is_done(
        self, approved, contact, officer, signed_in
    ):
        client, url = signed_in(officer), "/hub/organisations/ORG-01/"
        page = client.get(url).content.decode()
        assert "Record the signed memorandum." in page
        assert "Confirm, signed in, that they act for the organisation." in page
        sent = {
            "memorandum-version": "2026.1",
            "memorandum-signatory": "Anna Berg",
            "memorandum-signed_on": TODAY.isoformat(),
        }
        for _n in range(2):
            assert client.post(f"{url}memorandum/", sent).status_code == 302
        assert Memorandum.objects.count() == 1
        client.post(
            f"{url}condition/",
            {"condition-text": "Find a supervisor", "condition-due_on": (TODAY + DAY).isoformat()},
        )
        with clock.at(TODAY + 5 * DAY):
            page = client.get(url).content.decode()
            assert "Meet the condition: Find a supervisor" in page and "Overdue" in page
            condition = approved.conditions.get()
            kept = client.post(f"{url}met/", {"met-condition": str(condition.pk), "met-note": ""})
            assert kept.status_code == 200 and "Enter what you saw." in kept.content.decode()
            client.post(f"{url}met/", {"met-condition": str(condition.pk), "met-note": "Letter."})
            page = client.get(url).content.decode()
        assert "Overdue" not in page and "Record the signed memorandum." not in page
        assert "A condition of your approval" in told(contact.person)
        letters = Notice.objects.filter(person=contact.person, subject__contains="A condition of")
        assert {one.url for one in letters} == {"/employer/organisations/"}

    def test_another_organisations_condition_cannot_be_met_here(
        self, approved, other_organisation, officer, signed_in
    ):
        theirs = oversight.set_condition(other_organisation, "Theirs", TODAY + DAY, by=BY)
        mine = oversight.set_condition(approved, "Mine", TODAY + DAY, by=BY)
        signed_in(officer).post(
            "/hub/organisations/ORG-01/met/",
            {"met-condition": str(theirs.pk), "met-note": "Seen."},
        )
        theirs.refresh_from_db()
        mine.refresh_from_db()
        assert theirs.met_on is None and mine.met_on is None

    def test_only_officers_record_anything(self, approved, registrar, contact):
        for act in (
            lambda by: oversight.set_condition(approved, "X", TODAY + DAY, by=by),
            lambda by: oversight.sign_memorandum(approved, "1", "A", TODAY, by=by),
            lambda by: oversight.record_review(approved, TODAY, "X", by=by),
            lambda by: oversight.change_organisation(approved, "X", "", "", "Y", by=by),
        ):
            for who in (registrar, contact.person):
                with pytest.raises(NotAllowed):
                    act(who)
        approved.refresh_from_db()
        assert approved.name == "Lanternby Advocacy" and not approved.conditions.exists()
        assert not approved.memoranda.exists() and not approved.reviews.exists()

    def test_no_officer_oversees_where_they_work(self, approved, officer, signed_in):
        made = oversight.set_condition(approved, "Mine", TODAY + DAY, by=BY)
        oversight.record_review(approved, TODAY, "Private findings.", by=BY)
        client, url = signed_in(officer), "/hub/organisations/ORG-01/"
        pages = [client.get(at).content.decode() for at in (url, f"{url}history/")]
        assert "Private findings" in pages[0]
        assert all(page.count("Check before you propose") == 1 for page in pages)
        add_contact(officer, approved, by=BY, starts_on=TODAY)
        pages = [client.get(at).content.decode() for at in (url, f"{url}history/")]
        assert "Private findings" not in pages[0]
        for page in pages:
            assert "You work at this organisation" in page
            assert "Check before you propose" not in page  # it would be refused there
        for act in (
            lambda: oversight.set_condition(approved, "X", TODAY + DAY, by=officer),
            lambda: oversight.meet_condition(made, "Seen.", by=officer),
            lambda: oversight.sign_memorandum(approved, "1", "A", TODAY, by=officer),
            lambda: oversight.record_review(approved, TODAY - DAY, "X", by=officer),
            lambda: oversight.change_organisation(approved, "X", "", "", "Y", by=officer),
        ):
            with pytest.raises(NotAllowed):
                act()
        made.refresh_from_db()
        approved.refresh_from_db()
        assert made.met_on is None and approved.conditions.count() == 1
        assert approved.name == "Lanternby Advocacy" and approved.reviews.count() == 1
        assert not approved.memoranda.exists()

    def test_days_that_cannot_be_are_refused_and_nothing_is_kept(self, approved):
        with pytest.raises(Refused):
            oversight.set_condition(approved, "X", TODAY - DAY, by=BY)
        with pytest.raises(Refused):
            oversight.sign_memorandum(approved, "1", "A", TODAY + DAY, by=BY)
        with pytest.raises(Refused):
            oversight.record_review(approved, TODAY + DAY, "X", by=BY)
        assert not approved.conditions.exists() and not approved.memoranda.exists()
        assert not approved.reviews.exists()

    @pytest.mark.both_engines
    def test_what_was_signed_is_never_changed(self, approved):
        made = oversight.sign_memorandum(approved, "1", "A", TODAY, by=BY)
        with pytest.raises(DatabaseError), transaction.atomic():
            Memorandum.objects.filter(pk=made.pk).update(version="2")
        with pytest.raises(DatabaseError), transaction.atomic():
            made.delete()
        assert Memorandum.objects.get().version == "1"


class TestContacts:
    def test_each_confirms_for_themselves_and_only_once(
        self, approved, contact, signed_in, person_with, officer
    ):
        other = person_with(Role.EMPLOYER, email="o@test.example", first_name="O", last_name="X")
        url = f"/employer/organisations/{contact.pk}/confirm/"
        assert signed_in(other).post(url).status_code == 404
        with pytest.raises(NotAllowed):
            oversight.confirm_contact(contact, by=other)
        assert signed_in(officer).post(url).status_code == 403
        contact.refresh_from_db()
        assert contact.confirmed_at is None
        client = signed_in(contact.person)
        page = client.get("/employer/organisations/").content.decode()
        assert "Please confirm" in page and "No last day" not in page
        client.post(url)
        contact.refresh_from_db()
        first = contact.confirmed_at
        client.post(url)
        contact.refresh_from_db()
        assert first and contact.confirmed_at == first
        assert "Please confirm" not in client.get("/employer/organisations/").content.decode()
        assert "Not confirmed yet" not in (
            signed_in(officer).get("/hub/organisations/ORG-01/").content.decode()
        )

    def test_a_closed_account_is_no_contact_and_an_organisation_with_no_other_needs_one(
        self, approved, contact, officer, person_with, signed_in
    ):
        client, url = signed_in(officer), "/hub/organisations/ORG-01/"
        closed = person_with(email="closed@test.example", first_name="Cleo", last_name="Closed")
        type(closed).objects.filter(pk=closed.pk).update(is_active=False)
        sent = {"email": closed.email, "given_names": "", "starts_on": TODAY.isoformat()}
        page = client.post(f"{url}contacts/", sent).content.decode()
        assert "The account of closed@test.example is closed." in page
        assert list(approved.contacts.all()) == [contact]
        assert not Notice.objects.filter(person=closed).exists()
        assert "no message reaches this organisation" not in client.get(url).content.decode()
        type(closed).objects.filter(pk=contact.person_id).update(is_active=False)
        assert "no message reaches this organisation" in client.get(url).content.decode()

    def test_a_contact_of_a_coming_day_is_not_said_to_act_today(
        self, approved, officer, person_with, signed_in
    ):
        client, url = signed_in(officer), "/hub/organisations/ORG-01/contacts/"
        person = person_with(email="soon@test.example", first_name="Sol", last_name="Soon")
        add_contact(person, approved, by=BY, starts_on=TODAY + 365 * DAY)
        sent = {"email": person.email, "given_names": "", "starts_on": TODAY.isoformat()}
        page = client.post(url, sent).content.decode()
        assert "Sol Soon is a contact already, from 30 November 2027." in page
        soon = approved.contacts.get(person=person)
        assert soon.starts_on == TODAY + 365 * DAY
        # It stands in the room, and a slip is taken back before it begins, once.
        room = client.get("/hub/organisations/ORG-01/").content.decode()
        assert "From a later day" in room and "from 30 November 2027" in room
        for by in (person, person_with(Role.REGISTRAR, email="reg@test.example")):
            with pytest.raises(NotAllowed):
                cancel_contact(soon, by=by)
        assert approved.contacts.filter(pk=soon.pk).exists()
        client.post(f"{url}{soon.pk}/end/")
        cancel_contact(soon, by=officer)
        assert not approved.contacts.filter(person=person).exists()
        assert Entry.objects.filter(action="cohorts.cancel_contact").count() == 1
        assert [words for words in told(person) if "will not act for" in words] == told(person)[-1:]
        assert not RoleGrant.objects.filter(person=person, ends_on=None).exists()
        with pytest.raises(Refused):
            end_contact(soon, TODAY + 400 * DAY, by=officer)

    def test_a_contact_that_has_begun_is_ended_and_never_cancelled(self, approved, contact):
        with pytest.raises(Refused, match="End it instead"):
            cancel_contact(contact, by=BY)
        assert list(approved.contacts.all()) == [contact] and contact.ends_on is None

    def test_not_after_their_last_day(self, approved, contact):
        end_contact(contact, TODAY, by=BY)
        with clock.at(TODAY + DAY), pytest.raises(Refused):
            oversight.confirm_contact(contact, by=contact.person)
        assert Contact.objects.get(pk=contact.pk).confirmed_at is None

    def test_a_contact_reads_the_memorandum_that_was_recorded_last(
        self, approved, contact, signed_in
    ):
        oversight.sign_memorandum(approved, "2026.9", "A slip", TODAY, by=BY)
        oversight.sign_memorandum(approved, "2026.1", "Anna Berg", TODAY - 30 * DAY, by=BY)
        page = signed_in(contact.person).get("/employer/organisations/").content.decode()
        assert "Version 2026.1, signed by Anna Berg" in page and "A slip" not in page

    def test_a_contact_reads_conditions_and_no_findings(self, approved, contact, signed_in):
        oversight.set_condition(approved, "Find a supervisor", TODAY + DAY, by=BY)
        oversight.record_review(approved, TODAY, "Private findings.", by=BY)
        page = signed_in(contact.person).get("/employer/organisations/").content.decode()
        assert "Find a supervisor" in page and "Private findings" not in page


class TestReminders:
    def test_of_the_end_each_once_and_the_nearest_alone(self, organisation, contact):
        last = TODAY + 100 * DAY
        decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=last)
        counts = {}
        for days in (100, 91, 90, 89, 30, 29, 7, 1, 0, -1, -2):
            with clock.at(last - days * DAY):
                counts[days] = remind_organisations(by=BY)
                assert remind_organisations(by=BY) == 0
        assert {d for d, n in counts.items() if n} == {90, 30, 7, -1}
        assert told(contact.person)[-1] == "The approval of your organisation is over"
        assert OrganisationReminder.objects.count() == 4

    def test_begun_late_only_the_nearest_is_sent(self, organisation, contact):
        decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=TODAY + 5 * DAY)
        assert remind_organisations(by=BY) == 1

    def test_none_once_it_is_renewed(self, organisation, contact):
        last = TODAY + 20 * DAY
        decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=last)
        decide_approval(organisation, "approved", last + DAY, "", by=BY, until_day=last + 300 * DAY)
        assert remind_organisations(by=BY) == 0
        with clock.at(last + DAY):
            assert remind_organisations(by=BY) == 0

    def test_without_a_contact_an_officer_telephones(self, organisation):
        decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=TODAY + 5 * DAY)
        TelephoneTask.objects.all().delete()
        remind_organisations(by=BY)
        assert TelephoneTask.objects.get().subject == "The approval of your organisation ends soon"

    def test_a_review_is_due_a_year_after_the_last_and_reminded_once(
        self, organisation, contact, officer, signed_in
    ):
        decide_approval(organisation, "approved", TODAY, "", by=BY)
        due = months_later(TODAY, 12)
        with clock.at(due - 31 * DAY):
            assert remind_organisations(by=BY) == 0 and narrowed(due="review") == []
        with clock.at(due - 30 * DAY):
            assert remind_organisations(by=BY) == 1 and remind_organisations(by=BY) == 0
            assert narrowed(due="review") == ["ORG-01"]
            page = signed_in(officer).get("/hub/organisations/ORG-01/").content.decode()
            assert "Carry out the annual review." in page
            oversight.record_review(organisation, clock.today(), "All well.", by=officer)
            assert narrowed(due="review") == []
            page = signed_in(officer).get("/hub/organisations/ORG-01/").content.decode()
            assert "Carry out the annual review." not in page
        with clock.at(due + 10 * DAY):
            assert remind_organisations(by=BY) == 0

    def test_of_conditions_two_weeks_before(self, approved, contact):
        oversight.set_condition(approved, "Find a supervisor", TODAY + 40 * DAY, by=BY)
        with clock.at(TODAY + 25 * DAY):
            assert remind_organisations(by=BY) == 0
        with clock.at(TODAY + 26 * DAY):
            assert remind_organisations(by=BY) == 1
        assert told(contact.person)[-1] == "A condition of your approval is due"

    @pytest.mark.both_engines
    def test_all_of_one_day_stand_in_one_message_and_none_after_the_end(self, approved, contact):
        for text in ("Find a supervisor", "Insure the post"):
            oversight.set_condition(approved, text, TODAY + 10 * DAY, by=BY)
        oversight.set_condition(approved, "Far away", TODAY + 300 * DAY, by=BY)
        assert remind_organisations(by=BY) == 1 and remind_organisations(by=BY) == 0
        words = Notice.objects.filter(person=contact.person).order_by("pk").last().body
        assert "Find a supervisor; Insure the post" in words and "Far away" not in words
        decide_approval(approved, "ended", TODAY + 200 * DAY, "Closed.", by=BY)
        with clock.at(TODAY + 290 * DAY):
            assert remind_organisations(by=BY) == 0

    def test_one_set_wrongly_is_withdrawn_with_its_reason_and_one_that_is_met_is_not(
        self, approved, contact, officer, signed_in
    ):
        wrong = oversight.set_condition(approved, "Of another", TODAY + DAY, by=BY)
        url = "/hub/organisations/ORG-01/undo/"
        empty = signed_in(officer).post(url, {"undo-condition": str(wrong.pk), "undo-note": ""})
        assert "Enter why it is withdrawn." in empty.content.decode()
        assert approved.conditions.count() == 1
        sent = {"undo-condition": str(wrong.pk), "undo-note": "Meant for another."}
        assert signed_in(officer).post(url, sent).status_code == 302
        oversight.withdraw_condition(wrong, "Meant for another.", by=officer)
        assert not approved.conditions.exists()
        letter = Notice.objects.get(subject="A condition of your approval is withdrawn")
        assert letter.person == contact.person and letter.url == "/employer/organisations/"
        entry = Entry.objects.get(action="cohorts.withdraw_condition")
        assert "Of another" in str(entry.before) and entry.reason == "Meant for another."
        met = oversight.set_condition(approved, "Done", TODAY + DAY, by=BY)
        oversight.meet_condition(met, "Seen.", by=BY)
        with pytest.raises(Refused):
            oversight.withdraw_condition(met, "X", by=officer)
        with pytest.raises(NotAllowed):
            oversight.withdraw_condition(met, "X", by=contact.person)
        assert approved.conditions.count() == 1

    def test_the_hub_is_told_of_an_end_within_30_days_and_has_the_counts(
        self, approved, contact, officer, signed_in
    ):
        last, due = TODAY + 400 * DAY, TODAY + 5 * DAY
        oversight.set_condition(approved, "First.", due, by=BY)
        oversight.set_condition(approved, "Second.", due, by=BY)
        with clock.at(due):
            remind_organisations(by=BY)
            assert told(officer) == [] and narrowed(due="overdue") == []
        with clock.at(due + DAY):
            for _n in range(2):
                remind_organisations(by=BY)
            assert narrowed(due="overdue") == ["ORG-01"]
            assert "?due=overdue" in signed_in(officer).get("/hub/").content.decode()
        assert told(officer) == ["A condition is overdue"]
        letter = Notice.objects.filter(person=contact.person).latest("pk")
        assert letter.subject == "A condition of your approval is overdue"
        assert "First. Second." in letter.body
        for condition in approved.conditions.all():
            oversight.meet_condition(condition, "Seen.", by=BY)
        for days in (90, 30, -1):
            with clock.at(last - days * DAY):
                remind_organisations(by=BY)
        assert told(officer)[1:] == ["An approval ends soon", "An approval is over"]
        with clock.at(last - 30 * DAY):
            page = signed_in(officer).get("/hub/").content.decode()
        assert "?due=ending" in page and "?due=review" in page


class TestPastDays:
    def test_another_name_counts_from_its_day_and_the_old_one_is_read_before(
        self, approved, contact, officer, signed_in
    ):
        client = signed_in(officer)
        with clock.at(TODAY + 10 * DAY):
            sent = {
                "facts-name": "Lanternby Together",
                "facts-sector": "Housing",
                "facts-charity_number": "1234567",
                "facts-reason": "Renamed on the public register.",
            }
            for _n in range(2):
                client.post("/hub/organisations/ORG-01/facts/", sent)
            assert OrganisationLine.objects.count() == 2
            before = client.get(f"/hub/organisations/ORG-01/?day={TODAY + 9 * DAY}")
            after = client.get(f"/hub/organisations/ORG-01/?day={TODAY + 10 * DAY}")
        assert before.context["facts"]["name"] == "Lanternby Advocacy"
        assert after.context["facts"]["name"] == "Lanternby Together"
        letter = Notice.objects.get(subject="Your organisation’s entry was changed")
        assert letter.person == contact.person
        assert "Housing" in letter.body and "1234567" in letter.body

    def test_a_name_that_another_has_is_refused_with_what_was_typed(
        self, approved, other_organisation, officer, signed_in
    ):
        sent = {
            "facts-name": other_organisation.name.upper(),
            "facts-reason": "Typed already.",
        }
        page = signed_in(officer).post("/hub/organisations/ORG-01/facts/", sent)
        assert "Another organisation has the name" in page.content.decode()
        assert "Typed already." in page.content.decode()
        approved.refresh_from_db()
        assert approved.name == "Lanternby Advocacy" and not OrganisationLine.objects.exists()

    def test_approval_people_and_contacts_of_a_past_day(
        self, approved, contact, post, officer, signed_in
    ):
        end_contact(contact, TODAY + 3 * DAY, by=BY)
        client = signed_in(officer)
        with clock.at(TODAY + 500 * DAY):
            then = client.get(f"/hub/organisations/ORG-01/?day={TODAY}")
            now = client.get("/hub/organisations/ORG-01/")
            odd = client.get("/hub/organisations/ORG-01/?day=nonsense")
        assert then.context["approval"].label == "Approved"
        assert list(then.context["contacts"]) == [contact]
        assert len(then.context["people"]) == 1 and "Another day" in then.content.decode()
        assert now.context["approval"].label == "Approval period over"
        assert list(now.context["contacts"]) == [] and odd.status_code == 200

    def test_last_day_and_pages_are_those_of_the_day_that_was_chosen(
        self, approved, contact, post, person_with, officer, signed_in
    ):
        renewed, then = TODAY + 500 * DAY, TODAY + 10 * DAY
        for n in range(26):
            record_post(
                f"ER-P{n}",
                person_with(email=f"p{n}@test.example", first_name="P", last_name=f"N{n}"),
                approved,
                "Advocate",
                ["england"],
                TODAY,
                then if n else None,
                "boss@lanternby.example",
                TODAY,
                by=BY,
                source="test",
            )
        with clock.at(renewed):
            decide_approval(approved, "approved", renewed, "", by=BY, until_day=renewed + 900 * DAY)
            client = signed_in(officer)
            shown = client.get(f"/hub/organisations/ORG-01/?day={then}")
            empty = client.get(f"/hub/organisations/ORG-01/?day={TODAY - 900 * DAY}")
        assert shown.context["approved_until"] == TODAY + 400 * DAY
        assert shown.context["review_due"] == months_later(TODAY, 12)
        assert f'href="?day={then}&amp;page=2"' in shown.content.decode()
        assert "No one has a post here on that day" in empty.content.decode()

    def test_at_a_renewal_nobody_reads_that_their_post_counts_again(self, approved, contact, post):
        decide_approval(approved, "approved", TODAY, "", by=BY, until_day=TODAY + 900 * DAY)
        words = Notice.objects.filter(person=post.employment.person).latest("pk").body
        assert "go on counting" in words and "again" not in words
        decide_approval(approved, "suspended", TODAY, "Why.", by=BY)
        decide_approval(approved, "approved", TODAY, "", by=BY, until_day=TODAY + 900 * DAY)
        words = Notice.objects.filter(person=post.employment.person).latest("pk").body
        assert "accreditation again" in words

    def test_a_contact_reads_no_last_day_of_what_is_not_approved(
        self, approved, contact, signed_in
    ):
        decide_approval(approved, "suspended", TODAY, "Why.", by=BY)
        page = signed_in(contact.person).get("/employer/organisations/").content.decode()
        assert "Approval suspended" in page or "Suspended" in page
        assert "Approved until" not in page and "No last day" not in page


@pytest.mark.both_engines
class TestList:
    def test_by_nation_sector_and_what_is_due(self, organisation, other_organisation, contact):
        add_organisation("ORG-03", "Third", ["england", "northern_ireland"], "Housing", by=BY)
        assert narrowed(nation="england") == ["ORG-01", "ORG-03"]
        assert narrowed(nation="wales") == ["ORG-02"]
        assert narrowed(nation="england", sector="Housing", wanted="third") == ["ORG-03"]
        assert narrowed(due="contact") == ["ORG-03", "ORG-02"]
        assert narrowed(due="unconfirmed") == ["ORG-01"]
        oversight.confirm_contact(contact, by=contact.person)
        assert narrowed(due="unconfirmed") == []
        decide_approval(organisation, "approved", TODAY, "", by=BY, until_day=TODAY + 91 * DAY)
        assert narrowed(due="ending") == []
        oversight.set_condition(organisation, "X", TODAY, by=BY)
        with clock.at(TODAY + DAY):
            assert narrowed(due="ending") == narrowed(due="overdue") == ["ORG-01"]
            assert due_counts(clock.today()) == {"ending": 1, "review": 0, "overdue": 1}
        with clock.at(TODAY + 92 * DAY):
            assert narrowed(due="ending") == [] and narrowed(approval="expired") == ["ORG-01"]
        oversight.set_condition(other_organisation, "X", TODAY, by=BY)
        assert narrowed(due="conditions") == ["ORG-01", "ORG-02"]

    def test_an_address_that_asks_for_nonsense_shows_the_list(
        self, organisation, officer, signed_in
    ):
        client = signed_in(officer)
        page = client.get("/hub/organisations/?nation=france&due=x&sector=none&page=99")
        assert page.status_code == 200 and "ORG-01" in page.content.decode()
        # A character that no database takes.
        assert "ORG-01" in client.get("/hub/organisations/?q=%00ORG-01").content.decode()


def test_a_new_line_is_one_character_as_the_browser_counts_it(approved, officer, signed_in):
    findings = "\r\n".join(["x" * 199] * 20)  # 3,999 characters to the browser
    sent = {"review-on_day": TODAY.isoformat(), "review-findings": findings}
    answer = signed_in(officer).post("/hub/organisations/ORG-01/review/", sent)
    assert answer.status_code == 302 and approved.reviews.count() == 1


@pytest.mark.parametrize(
    ("day", "months", "answer"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_a_day_some_months_later(day, months, answer):
    assert months_later(day, months) == answer

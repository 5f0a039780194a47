"""The Hub's review: who may, questions and checklist, an approval by two, what it makes, and what each refusal leaves as it was."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from cohorts.applications.actions import deciding, reviewing
from cohorts.applications.actions.applying import (
    Applicant,
    answer_hub,
    save_answers,
    withdraw_application,
)
from cohorts.applications.models import Application, ApplicationDecision, ApplicationFile
from cohorts.applications.queries import form_in_use
from cohorts.approvals.actions import decide_approval
from cohorts.organisations.actions import add_contact
from cohorts.organisations.models import (
    Approval,
    Condition,
    Contact,
    Memorandum,
    Organisation,
    OrganisationLine,
)
from cohorts.organisations.queries import approval_on, approvals_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.encryption import decrypt
from lms.people.models import Invitation, Mail, Notice, Role, User
from lms.people.outbox import PURPOSE
from lms.record.models import Entry

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(settings, tmp_path):
    cache.clear()
    settings.PRIVATE_ROOT = tmp_path
    with clock.at(TODAY):
        yield


def submitted(email="anna@lanternby.example", name="Lanternby House", **answers):
    return Application.objects.create(
        reference=f"APP-{Application.objects.count() + 1:04}",
        form=form_in_use(),
        email=email,
        name=name,
        answers={"name": name, "charity_number": "1234567", "nations": ["wales"], **answers},
        confirmed_at=clock.now(),
        submitted_at=clock.now(),
        signatory="Anna Berg, director",
        state="submitted",
    )


@pytest.fixture
def application(db):
    return submitted()


@pytest.fixture
def second(person_with):
    return person_with(
        Role.HUB_OFFICER, email="second@test.example", first_name="Sam", last_name="Second"
    )


def terms(**more):
    return {
        "code": "ORG-77",
        "name": "Lanternby House",
        "nations": ["wales"],
        "sector": "Housing",
        "charity_number": "1234567",
        "from_day": TODAY.isoformat(),
        "until_day": (TODAY + 365 * DAY).isoformat(),
        "conditions": [["Name an external supervisor", (TODAY + 60 * DAY).isoformat()]],
        "memorandum": {
            "version": "2026.1",
            "signatory": "Anna Berg",
            "signed_on": (TODAY - DAY).isoformat(),
        },
        "contact": {
            "email": "anna@lanternby.example",
            "given_names": "Anna",
            "family_name": "Berg",
        },
        **more,
    }


def tick_all(application, by, **but):
    found = {line["key"]: ("met", "") for line in application.form.checklist}
    found |= {key: (result, "") for key, result in but.items()}
    reviewing.record_checks(application, found, by=by)


def last_letter():
    return decrypt(Mail.objects.order_by("-pk").first().encrypted_body, PURPOSE)


class TestWhoMay:
    def test_only_hub_officers_open_it_and_drafts_are_the_applicants_own(
        self, application, officer, registrar, person_with, signed_in
    ):
        draft = Application.objects.create(
            reference="APP-D", form=form_in_use(), email="draft@wexcombe.example"
        )
        assert signed_in(officer).get("/hub/applications/").status_code == 200
        assert signed_in(officer).get(f"/hub/applications/{draft.pk}/").status_code == 404
        for who in (registrar, person_with(Role.EMPLOYER), person_with(Role.TUTOR)):
            assert signed_in(who).get(f"/hub/applications/{application.pk}/").status_code == 403
            with pytest.raises(NotAllowed):
                reviewing.ask_applicant(application, "Why?", by=who)
        assert not application.messages.exists()

    def test_an_officer_with_an_interest_sees_no_answer_and_decides_nothing(
        self, application, officer, person_with, organisation, signed_in, by
    ):
        Organisation.objects.filter(pk=organisation.pk).update(charity_number="1234567")
        add_contact(officer, organisation, by=by, starts_on=TODAY)
        page = signed_in(officer).get(f"/hub/applications/{application.pk}/").content.decode()
        assert "You have an interest" in page and "1234567" not in page
        sent = signed_in(officer).post(
            f"/hub/applications/{application.pk}/decline/", {"decline-reason": "No."}
        )
        assert sent.status_code == 403
        with pytest.raises(NotAllowed):
            deciding.decline_application(application, "No.", by=officer)
        own = person_with(
            Role.HUB_OFFICER, email="ANNA@lanternby.example", first_name="A", last_name="B"
        )
        with pytest.raises(NotAllowed):
            tick_all(application, own)
        application.refresh_from_db()
        assert application.state == "submitted" and not application.checks.exists()


class TestReview:
    def test_assigned_told_once_and_found_in_the_list(
        self, application, officer, second, signed_in
    ):
        for _n in range(2):
            reviewing.assign_application(application, second, by=officer)
        assert Notice.objects.filter(person=second).count() == 1
        client = signed_in(second)
        assert application.reference in client.get("/hub/applications/?officer=me").content.decode()
        assert (
            "No application fits"
            in client.get("/hub/applications/?officer=nobody").content.decode()
        )

    def test_nobody_is_assigned_who_is_no_officer(self, application, officer, registrar):
        with pytest.raises(Refused):
            reviewing.assign_application(application, registrar, by=officer)
        application.refresh_from_db()
        assert application.assigned_to is None

    def test_nor_one_with_an_interest_nor_once_it_is_closed(
        self, application, officer, second, person_with, organisation, by, signed_in
    ):
        Organisation.objects.filter(pk=organisation.pk).update(charity_number="1234567")
        add_contact(second, organisation, by=by, starts_on=TODAY)
        letters = Notice.objects.filter(person=second).count()
        url = f"/hub/applications/{application.pk}/assign/"
        page = signed_in(officer).post(url, {"assign-officer": str(second.pk)})
        assert "Sam Second has an interest in this organisation." in page.content.decode()
        withdraw_application(application, by=Applicant(application.pk))
        with pytest.raises(Refused):
            reviewing.assign_application(application, officer, by=officer)
        application.refresh_from_db()
        assert application.assigned_to is None
        assert Notice.objects.filter(person=second).count() == letters + 1  # of the withdrawal

    def test_each_line_of_the_checklist_is_dated_and_the_newest_counts(
        self, application, officer, second
    ):
        tick_all(application, officer, insurance="not_met")
        count = application.checks.count()
        tick_all(application, officer, insurance="not_met")
        assert application.checks.count() == count, "the same again adds nothing"
        tick_all(application, second)
        assert application.checks.count() == count + 1
        assert application.checks.filter(key="insurance").count() == 2

    def test_a_page_that_is_old_never_brings_an_old_result_back(
        self, application, officer, second, signed_in
    ):
        tick_all(application, officer)
        url, client = f"/hub/applications/{application.pk}/", signed_in(second)
        shown = client.get(url).context["checklist_form"]
        sent = {field.html_name: field.value() or "" for field in shown}
        reviewing.record_checks(application, {"insurance": ("not_met", "")}, by=officer)
        count = application.checks.count()
        # Another line alone: the overtaken one stays as it is.
        answer = client.post(f"{url}checks/", sent | {"checks-note_legal": "Read."})
        assert answer.status_code == 302 and application.checks.count() == count + 1
        assert application.checks.filter(key="insurance").last().result == "not_met"
        # The overtaken line itself: nothing is saved, and what was typed is there.
        answer = client.post(f"{url}checks/", sent | {"checks-note_insurance": "Until May."})
        assert answer.status_code == 409 and "Until May." in answer.content.decode()
        assert application.checks.count() == count + 1

    def test_a_note_alone_is_asked_for_its_result_and_a_result_can_be_taken_back(
        self, application, officer, signed_in
    ):
        url, client = f"/hub/applications/{application.pk}/", signed_in(officer)
        page = client.post(f"{url}checks/", {"checks-note_insurance": "Asked them."})
        assert "Select a result" in page.content.decode() and "Asked them." in page.content.decode()
        assert not application.checks.exists()
        tick_all(application, officer)
        reviewing.record_checks(application, {"insurance": ("", "")}, by=officer)
        with pytest.raises(Refused, match="Insurance"):
            deciding.propose_approval(application, terms(), by=officer)

    def test_a_file_is_given_to_keep_and_the_record_says_who_opened_it(
        self, application, officer, signed_in
    ):
        from lms.kit import files

        path = files.keep(b"%PDF-1.4 x", "applications", "pdf")
        file = ApplicationFile.objects.create(
            application=application, question="x", path=path, name="a.pdf", sha256="0", size=1
        )
        other = submitted("b@wexcombe.example", "Other")
        client = signed_in(officer)
        assert client.get(f"/hub/applications/{other.pk}/files/{file.pk}/").status_code == 404
        got = client.get(f"/hub/applications/{application.pk}/files/{file.pk}/")
        assert got["Content-Disposition"].startswith("attachment")
        assert Entry.objects.filter(action="cohorts.open_application_file").count() == 1

    def test_the_list_reads_a_page_of_a_thousand(self, officer, signed_in, rows_read):
        form = form_in_use()
        Application.objects.bulk_create(
            Application(
                reference=f"APP-{n}",
                form=form,
                email=f"a{n}@wexcombe.example",
                name=f"Org {n}",
                state="submitted",
                submitted_at=clock.now(),
            )
            for n in range(1000)
        )
        client = signed_in(officer)
        client.get("/hub/applications/")
        with rows_read() as read:
            page = client.get("/hub/applications/?page=3").content.decode()
        assert "Page 3 of 40" in page and "1000 applications" in page
        assert read.statements <= 12 and read.rows <= 45


class TestDecline:
    def test_the_reason_stands_at_the_link_and_in_no_mail(self, application, officer, signed_in):
        client = signed_in(officer)
        url = f"/hub/applications/{application.pk}/decline/"
        empty = client.post(url, {"decline-reason": ""})
        assert empty.status_code == 200 and "Enter the reason." in empty.content.decode()
        for _n in range(2):
            deciding.decline_application(application, "No supervision.", by=officer)
        application.refresh_from_db()
        assert application.state == "declined" and application.closed_by == officer
        assert Mail.objects.count() == 1 and "No supervision" not in last_letter()
        link = last_letter().split("/apply/")[1].split("/")[0]
        page = client.get(f"/apply/{link}/").content.decode()
        assert "No supervision." in page and "You can appeal" in page

    def test_what_is_closed_is_decided_no_more(self, application, officer):
        withdraw_application(application, by=Applicant(application.pk))
        with pytest.raises(Refused):
            deciding.decline_application(application, "No.", by=officer)
        tick = {"legal": ("met", "")}
        with pytest.raises(Refused):
            reviewing.record_checks(application, tick, by=officer)
        application.refresh_from_db()
        assert application.state == "withdrawn" and not application.checks.exists()


class TestApproval:
    def test_two_officers_make_the_organisation_with_everything(
        self, application, officer, second, signed_in
    ):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        assert not Organisation.objects.exists() and not Contact.objects.exists()
        assert Notice.objects.filter(person=second).count() == 1
        client = signed_in(second)
        page = client.get(f"/hub/applications/{application.pk}/").content.decode()
        assert "Name an external supervisor, by" in page and "30 November 2027" in page
        sent = {"proposal": str(proposal.pk)}
        assert client.post(f"/hub/applications/{application.pk}/confirm/", sent).status_code == 302
        made = Organisation.objects.get()
        assert (made.code, made.charity_number, made.nations) == ("ORG-77", "1234567", ["wales"])
        lines = approvals_of([made.pk])[made.pk]
        assert approval_on(lines, TODAY + 365 * DAY)[1] == "approved"
        assert approval_on(lines, TODAY + 366 * DAY)[1] == "expired"
        assert Condition.objects.get().due_on == TODAY + 60 * DAY
        assert Memorandum.objects.get().version == "2026.1"
        contact = Contact.objects.get()
        assert contact.person.email == "anna@lanternby.example" and not contact.confirmed_at
        assert Invitation.objects.filter(person=contact.person).count() == 1
        application.refresh_from_db()
        assert (application.state, application.organisation) == ("approved", made)
        again = deciding.confirm_approval(proposal, by=second)
        assert again.state == "confirmed" and Organisation.objects.count() == 1
        assert Approval.objects.count() == 1 and Condition.objects.count() == 1

    def test_nobody_confirms_their_own(self, application, officer, signed_in):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        with pytest.raises(NotAllowed):
            deciding.confirm_approval(proposal, by=officer)
        assert (
            signed_in(officer)
            .post(f"/hub/applications/{application.pk}/confirm/", {"proposal": proposal.pk})
            .status_code
            == 403
        )
        assert not Organisation.objects.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            ApplicationDecision.objects.filter(pk=proposal.pk).update(
                state="confirmed", closed_by=officer
            )

    def test_not_while_a_line_of_the_checklist_is_open(self, application, officer):
        tick_all(application, officer, insurance="not_met")
        with pytest.raises(Refused, match="Insurance"):
            deciding.propose_approval(application, terms(), by=officer)
        assert not ApplicationDecision.objects.exists()

    def test_nor_where_a_line_was_found_not_met_since(self, application, officer, second):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        tick_all(application, second, insurance="not_met")
        with pytest.raises(Refused, match="Insurance"):
            deciding.confirm_approval(proposal, by=second)
        assert not Organisation.objects.exists()

    def test_what_is_impossible_is_refused_when_it_is_proposed_and_leaves_nothing(
        self, application, officer, organisation, person_with
    ):
        person_with(email="gone@test.example", first_name="G", last_name="One")
        User.objects.filter(email="gone@test.example").update(is_active=False)
        tick_all(application, officer)
        for more in (
            {"code": organisation.code},
            {"name": organisation.name},
            {"nations": []},
            {"until_day": (TODAY - DAY).isoformat()},
            {"from_day": (TODAY - DAY).isoformat()},
            {"conditions": [["Find a supervisor", (TODAY - DAY).isoformat()]]},
            {"contact": {**terms()["contact"], "email": "GONE@test.example"}},
        ):
            with pytest.raises(Refused):
                deciding.propose_approval(application, terms(**more), by=officer)
        assert Organisation.objects.count() == 1 and not ApplicationDecision.objects.exists()
        assert not Contact.objects.exists() and not Approval.objects.exists()

    def test_who_proposed_and_has_an_interest_since_stops_it(
        self, application, officer, second, organisation, by
    ):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        Organisation.objects.filter(pk=organisation.pk).update(charity_number="1234567")
        add_contact(officer, organisation, by=by, starts_on=TODAY)
        with pytest.raises(Refused):
            deciding.confirm_approval(proposal, by=second)
        assert Organisation.objects.count() == 1

    def test_proposed_it_is_counted_for_the_hub_though_the_applicant_is_asked_something(
        self, application, officer
    ):
        tick_all(application, officer)
        reviewing.ask_applicant(application, "Who?", by=officer)
        assert not Application.objects.waiting().exists()
        deciding.propose_approval(application, terms(), by=officer)
        assert Application.objects.waiting().count() == 1

    def test_withdrawn_meanwhile_nothing_is_made(self, application, officer, second, signed_in):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        withdraw_application(application, by=Applicant(application.pk))
        with pytest.raises(Refused):
            deciding.confirm_approval(proposal, by=second)
        assert not Organisation.objects.exists()
        proposal.refresh_from_db()
        assert proposal.state == "dropped" and "withdrew" in proposal.why_dropped
        for who in (officer, second):
            told = Notice.objects.filter(person=who, subject="An application was withdrawn")
            assert told.count() == 1, "nobody was assigned"
        page = signed_in(second).get(f"/hub/applications/{application.pk}/").content.decode()
        assert "Dropped: the applicant" in page and "Confirm approval" not in page

    def test_an_officer_who_has_gone_is_not_the_only_one_told(
        self, application, officer, second, by
    ):
        reviewing.assign_application(application, second, by=officer)
        reviewing.ask_applicant(application, "Who?", by=officer)
        end_grants(second, Role.HUB_OFFICER, by=by, on=TODAY - DAY)
        answer_hub(application, "Eva Falk.", by=Applicant(application.pk))
        told = Notice.objects.filter(subject="An applicant has answered")
        assert [one.person for one in told] == [officer]

    def test_it_is_shown_whose_account_the_first_contacts_address_is(
        self, application, officer, second, person_with, signed_in
    ):
        person_with(email="anna@lanternby.example", first_name="Quite", last_name="Another")
        tick_all(application, officer)
        deciding.propose_approval(application, terms(), by=officer)
        page = signed_in(second).get(f"/hub/applications/{application.pk}/").content.decode()
        assert "of Quite Another, who is the contact then" in page

    def test_dropped_it_can_be_proposed_again(self, application, officer, second):
        tick_all(application, officer)
        proposal = deciding.propose_approval(application, terms(), by=officer)
        with pytest.raises(Refused):
            deciding.propose_approval(application, terms(code="ORG-78"), by=second)
        assert deciding.propose_approval(application, terms(), by=officer) == proposal
        deciding.drop_approval(proposal, "Wrong code.", by=officer)
        with pytest.raises(Refused):
            deciding.confirm_approval(proposal, by=second)
        assert deciding.propose_approval(application, terms(code="ORG-78"), by=second).pk

    def test_a_press_on_an_old_page_confirms_and_drops_nothing(
        self, application, officer, second, signed_in
    ):
        tick_all(application, officer)
        old = deciding.propose_approval(application, terms(), by=officer)
        deciding.drop_approval(old, "Wrong day.", by=officer)
        until = (TODAY + 5000 * DAY).isoformat()
        new = deciding.propose_approval(
            application, terms(until_day=until, conditions=[]), by=officer
        )
        client = signed_in(second)
        for action in ("confirm", "drop"):
            for seen in (str(old.pk), "", "x"):
                sent = {"proposal": seen, "drop-why": "Wrong."}
                page = client.post(f"/hub/applications/{application.pk}/{action}/", sent)
                assert page.status_code == 409
                assert f'name="proposal" value="{new.pk}"' in page.content.decode()
        new.refresh_from_db()
        assert new.state == "proposed" and not Organisation.objects.exists()

    def test_nobody_approves_themselves_as_first_contact_or_where_they_work(
        self, application, officer, second, organisation, by
    ):
        tick_all(application, officer)
        for own in (officer, second):
            about = {"email": own.email.upper(), "given_names": "A", "family_name": "B"}
            if own == officer:
                with pytest.raises(NotAllowed):
                    deciding.propose_approval(application, terms(contact=about), by=officer)
            else:
                made = deciding.propose_approval(application, terms(contact=about), by=officer)
                with pytest.raises(NotAllowed):
                    deciding.confirm_approval(made, by=second)
                deciding.drop_approval(made, "Wrong contact.", by=officer)
        Organisation.objects.filter(pk=organisation.pk).update(charity_number="12 34 567")
        made = deciding.propose_approval(application, terms(), by=officer)
        add_contact(second, organisation, by=by, starts_on=TODAY)
        with pytest.raises(NotAllowed):
            deciding.confirm_approval(made, by=second)
        Organisation.objects.filter(pk=organisation.pk).update(charity_number="")
        OrganisationLine.objects.create(
            organisation=organisation, name="LANTERNBY  House", recorded_by="test"
        )
        with pytest.raises(NotAllowed):  # a former name of where they act
            deciding.confirm_approval(made, by=second)
        assert Organisation.objects.count() == 1

    def test_an_organisation_that_was_here_is_approved_on_its_own_page_alone(
        self, application, officer, second, organisation, by, signed_in
    ):
        tick_all(application, officer)
        same = terms(
            code=organisation.code,
            name=organisation.name,
            nations=organisation.nations,
            sector=organisation.sector,
        )
        with pytest.raises(Refused, match="is here already"):
            deciding.propose_approval(application, same, by=officer)
        client, url = signed_in(officer), f"/hub/applications/{application.pk}/here/"
        early = client.post(url, {"here-code": organisation.code})
        assert early.status_code == 409 and "is not approved today" in early.content.decode()
        application.refresh_from_db()
        assert application.state == "submitted" and not Mail.objects.exists()
        waits = deciding.propose_approval(application, terms(), by=officer)
        decide_approval(organisation, "approved", TODAY, "", by=by)
        for _n in range(2):
            deciding.close_as_approved(application, organisation, by=officer)
        application.refresh_from_db()
        waits.refresh_from_db()
        assert (application.state, application.organisation) == ("approved", organisation)
        assert waits.state == "dropped" and Mail.objects.filter(to=application.email).count() == 1

    def test_nobody_closes_it_for_where_they_work(self, application, officer, organisation, by):
        decide_approval(organisation, "approved", TODAY, "", by=by)
        add_contact(officer, organisation, by=by, starts_on=TODAY)
        with pytest.raises(NotAllowed):
            deciding.close_as_approved(application, organisation, by=officer)
        application.refresh_from_db()
        assert application.state == "submitted"

    def test_the_form_comes_back_with_what_was_typed(self, application, officer, signed_in):
        tick_all(application, officer)
        sent = {
            "propose-code": "ORG 1",
            "propose-name": "Lanternby House",
            "propose-condition_1": "Find a supervisor",
        }
        url = f"/hub/applications/{application.pk}/propose/"
        page = signed_in(officer).post(url, sent).content.decode()
        assert 'value="ORG 1"' in page and "Find a supervisor" in page
        assert "Use letters without accents" in page
        assert "the day by which it is to be met" in page
        assert not ApplicationDecision.objects.exists()

    def test_answers_are_read_as_they_were_submitted(self, application, officer):
        with pytest.raises(NotAllowed):
            save_answers(application, {"name": "Other"}, by=Applicant(application.pk))


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_officers_who_confirm_at_once_make_one_organisation(person_with):
    """On PostgreSQL they wait for the row; SQLite takes one writer at a time."""
    from cohorts.applications.first_version import FIRST_VERSION
    from cohorts.applications.models import ApplicationForm

    ApplicationForm.objects.get_or_create(
        number=1,
        defaults={
            "definition": FIRST_VERSION,
            "state": "published",
            "published_at": clock.now(),
        },
    )
    officers = [
        person_with(Role.HUB_OFFICER, email=f"h{n}@test.example", first_name="H", last_name=str(n))
        for n in range(3)
    ]
    application = submitted()
    tick_all(application, officers[0])
    proposal = deciding.propose_approval(application, terms(), by=officers[0])
    barrier, outcomes = Barrier(2), []

    def press(who):
        with clock.at(TODAY):
            barrier.wait()
            try:
                outcomes.append(deciding.confirm_approval(proposal, by=who).state)
            except Exception as why:
                outcomes.append(type(why).__name__)
            finally:
                connection.close()

    if connection.vendor == "sqlite":
        outcomes += [deciding.confirm_approval(proposal, by=who).state for who in officers[1:]]
    else:
        threads = [Thread(target=press, args=(who,)) for who in officers[1:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert outcomes == ["confirmed", "confirmed"]
    assert Organisation.objects.count() == Approval.objects.count() == 1

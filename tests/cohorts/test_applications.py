"""An applicant's way by the pages alone: the link, each step kept, a lost link, a second press, another version, a flood."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as here
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, TestCase

from cohorts.applications.actions import applying, clearing, deciding, reviewing, versions
from cohorts.applications.actions.applying import (
    Applicant,
    drop_old_drafts,
    save_answers,
    start_application,
)
from cohorts.applications.definition import Question, fault_of, pages_of
from cohorts.applications.models import (
    Application,
    ApplicationDecision,
    ApplicationFile,
    ApplicationForm,
    ApplicationLink,
)
from cohorts.applications.queries import form_in_use, sections_of
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.encryption import decrypt
from lms.people.models import Mail, Notice
from lms.people.outbox import PURPOSE
from lms.people.roles import Operator
from lms.record.models import Entry
from tests.assessments.scene import pdf_bytes

BY = Operator("test")
ADDRESS = "anna@lanternby.example"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    cache.clear()
    settings.PRIVATE_ROOT = tmp_path
    yield
    cache.clear()


def later(seconds=10):
    return clock.at(clock.now() + timedelta(seconds=seconds))


def ask(client, email=ADDRESS, seconds=10, **more):
    page = client.get("/apply/").content.decode()
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    with later(seconds):
        return client.post("/apply/", {"email": email, "website": "", "shown": shown, **more})


def letters(to=ADDRESS):
    return [decrypt(m.encrypted_body, PURPOSE) for m in Mail.objects.filter(to=to).order_by("pk")]


def link(to=ADDRESS):
    return re.search(r"(/apply/[\w-]{20,}/)", letters(to)[-1])[1]


def kept_callbacks():
    """What runs after the commit runs."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def pdf(name="policy.pdf", seed="one"):
    return SimpleUploadedFile(name, pdf_bytes(seed))


ANSWERS = {
    "name": "Lanternby Advocacy",
    "charity_number": "SC012345",
    "nations": ["scotland"],
    "sector": "Housing",
    "contact_name": "Anna Berg, director",
    "safeguarding_lead": "Bo Ek, lead, bo@lanternby.example",
    "line_manager": "Cy Dahl, manager",
    "supervision": "Monthly, external.",
    "advocates": "2",
    "caseload": "12",
    "independence": "A separate team.",
    "survivor_involvement": "A paid panel.",
    "iaa_level": "Level 2",
    "vetting": "yes",
    "insurance_until": "2027-03-31",
    "data_sharing": "no",
    "accuracy": "yes",
}


def fill(client, start):
    """Every page by the form, one after the other."""
    application = Application.objects.get()
    for number, (_heading, questions) in enumerate(pages_of(application.form.questions), start=1):
        data = {q.key: ANSWERS[q.key] for q in questions if q.key in ANSWERS}
        for q in questions:
            if q.kind == "file" and q.is_required:
                data[q.key] = pdf(f"{q.key}.pdf", q.key)
        answer = client.post(f"{start}page/{number}/", data)
        assert answer.status_code == 302, answer.content.decode()


def submit(client, start):
    return client.post(f"{start}check/", {"signatory": "Anna Berg, director", "is_true": "on"})


@pytest.fixture
def begun():
    client = Client()
    ask(client)
    return client, link()


class TestWholeWay:
    def test_from_the_first_page_to_the_reference(self, begun, officer):
        client, start = begun
        assert "To do" in client.get(start).content.decode()
        fill(client, start)
        made = Application.objects.get()
        assert "SC012345" in client.get(f"{start}check/").content.decode()
        assert submit(client, start).status_code == 302
        made.refresh_from_db()
        assert made.state == "submitted" and made.name == "Lanternby Advocacy"
        page = client.get(start).content.decode()
        assert made.reference in page and "With the IMSA Model Hub" in page
        assert made.reference in letters()[-1]
        assert (
            Notice.objects.filter(person=officer, url=f"/hub/applications/{made.pk}/").count() == 1
        )

    def test_what_strangers_type_stands_in_no_mail(self, begun):
        client, start = begun
        fill(client, start)
        submit(client, start)
        for letter in letters():
            assert not any(str(answer) in letter for answer in ("Lanternby A", "SC012345", "Anna"))

    def test_submitted_twice_is_once(self, begun, officer):
        client, start = begun
        fill(client, start)
        for _n in range(2):
            assert submit(client, start).status_code == 302
        assert len(letters()) == 2 and Notice.objects.filter(person=officer).count() == 1

    def test_nothing_changes_once_it_is_submitted(self, begun):
        client, start = begun
        fill(client, start)
        submit(client, start)
        was = Application.objects.get().answers
        late = client.post(f"{start}page/1/", {"name": "Another"}, follow=True)
        assert "its answers can no longer be changed" in late.content.decode()
        assert Application.objects.get().answers == was
        file = ApplicationFile.objects.first()
        with pytest.raises(NotAllowed):
            applying.save_answers(file.application, {"name": "Another"}, by=Applicant(1))
        with pytest.raises(NotAllowed):
            applying.remove_file(file.application, file.pk, by=Applicant(1))
        with pytest.raises(NotAllowed):
            applying.add_file(file.application, "insurance_file", pdf(seed="new"), by=Applicant(1))
        assert Application.objects.get().answers == was and ApplicationFile.objects.count() == 2

    def test_incomplete_it_is_refused_at_the_action_too(self, begun):
        client, start = begun
        client.post(f"{start}page/1/", {"name": "Lanternby"})
        assert "Submit the application" not in client.get(f"{start}check/").content.decode()
        answer = submit(client, start)
        assert answer.status_code == 409 and "People responsible" in answer.content.decode()
        assert Application.objects.get().state == "draft" and len(letters()) == 1


class TestSaved:
    def test_what_is_faulty_is_kept_as_typed_and_said_where(self, begun):
        client, start = begun
        page = client.post(f"{start}page/3/", {"advocates": "many", "supervision": "Monthly."})
        words = page.content.decode()
        assert page.status_code == 200 and "Enter a whole number, such as 12." in words
        assert 'value="many"' in words and Application.objects.get().answers["advocates"] == "many"
        assert 'value="many"' in client.get(f"{start}page/3/").content.decode()

    def test_save_and_come_back_later_keeps_half_a_page_and_asks_for_nothing(self, begun):
        client, start = begun
        answer = client.post(f"{start}page/1/", {"sector": "Housing", "later": "1"})
        assert answer.url == f"{start}saved/"
        assert Application.objects.get().answers["sector"] == "Housing"
        assert 'value="Housing"' in Client().get(f"{start}page/1/").content.decode()

    def test_one_page_leaves_the_others_as_they_are(self, begun):
        client, start = begun
        client.post(f"{start}page/1/", {"name": "Lanternby", "later": "1"})
        client.post(f"{start}page/2/", {"line_manager": "Cy", "later": "1"})
        answers = Application.objects.get().answers
        assert answers["name"] == "Lanternby" and answers["line_manager"] == "Cy"

    def test_files_are_looked_into_kept_once_and_can_be_removed(self, begun):
        client, start = begun
        bad = SimpleUploadedFile("policy.pdf", b"not a pdf at all")
        page = client.post(f"{start}page/4/", {"safeguarding_file": bad, "vetting": "yes"})
        assert page.status_code == 200 and "field__mend" in page.content.decode()
        assert not ApplicationFile.objects.exists()
        assert Application.objects.get().answers["vetting"] == "yes"
        for _n in range(2):
            client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "add": "1"})
        file = ApplicationFile.objects.get()
        got = client.get(f"{start}files/{file.pk}/")
        assert b"".join(got.streaming_content) == pdf_bytes("one")
        assert got["Content-Disposition"].startswith("attachment")
        client.post(f"{start}page/4/", {"remove": str(file.pk)})
        assert not ApplicationFile.objects.exists()

    def test_a_file_that_is_refused_is_said_though_another_is_removed(self, begun):
        client, start = begun
        client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "add": "1"})
        bad = SimpleUploadedFile("policy.pdf", b"not a pdf at all")
        sent = {"remove": str(ApplicationFile.objects.get().pk), "insurance_file": bad}
        page = client.post(f"{start}page/4/", sent)
        assert page.status_code == 200 and "id_insurance_file" in page.content.decode()
        assert "field__mend" in page.content.decode() and not ApplicationFile.objects.exists()

    def test_a_new_line_is_one_character_as_the_browser_counts_it(self, begun):
        client, start = begun
        lines = "\r\n".join(["x" * 199] * 20)
        client.post(f"{start}page/3/", {"supervision": lines, "later": "1"})
        made = Application.objects.get()
        assert len(made.answers["supervision"]) == 3999
        question = next(one for one in made.form.questions if one.key == "supervision")
        assert fault_of(question, made.answers["supervision"]) == ""

    def test_a_file_of_another_application_is_not_found(self, begun):
        client, start = begun
        client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "add": "1"})
        file = ApplicationFile.objects.get()
        ask(client, "other@wexcombe.example")
        assert client.get(f"{link('other@wexcombe.example')}files/{file.pk}/").status_code == 404


class TestLinks:
    def test_the_answer_is_the_same_for_every_address_and_a_second_asking_opens_the_same(self):
        client = Client()
        first, second = ask(client), ask(client)
        stranger = ask(client, "nobody@wexcombe.example")
        assert first.url == second.url == stranger.url == "/apply/sent/"
        assert Application.objects.filter(email=ADDRESS).count() == 1
        old, new = (re.search(r"(/apply/[\w-]{20,}/)", one)[1] for one in letters())
        assert old != new
        assert client.get(old).status_code == client.get(new).status_code == 200, (
            "whoever knows an address ends nobody's link"
        )

    def test_the_same_address_in_other_letters_is_one(self):
        ask(Client())
        ask(Client(), ADDRESS.upper())
        assert Application.objects.count() == 1
        form = form_in_use()
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.create(reference="APP-X", form=form, email=ADDRESS.title())

    def test_a_link_that_expired_or_is_cut_off_says_what_to_do_and_no_more(self, begun):
        client, start = begun
        cut = client.get("/apply/abc/")
        assert cut.status_code == 404 and "Get a new link" in cut.content.decode()
        with clock.at(clock.now() + timedelta(days=here.IMSA_APPLICATION_LINK_DAYS, minutes=1)):
            assert client.get(start).status_code == 404
            was = Application.objects.get().answers
            client.post(f"{start}page/1/", {"name": "Late", "later": "1"})
            assert Application.objects.get().answers == was
            ask(client)
            assert client.get(link()).status_code == 200

    def test_the_secret_is_kept_as_a_hash_and_no_search_engine_is_invited(self, begun):
        client, start = begun
        secret = start.split("/")[2]
        assert ApplicationLink.objects.get().secret_hash != secret
        assert secret not in str(list(ApplicationLink.objects.values()))
        answer = client.get(start)
        assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]


class TestFlood:
    def test_a_program_that_fills_in_everything_gets_the_same_answer_and_no_mail(self):
        answer = ask(Client(), website="https://spam.example")
        assert answer.url == "/apply/sent/"
        assert not Application.objects.exists() and not Mail.objects.exists()

    def test_sent_within_a_second_or_without_the_mark_it_is_asked_again(self):
        client = Client()
        page = ask(client, seconds=0)
        assert page.status_code == 200 and ADDRESS in page.content.decode()
        page = client.post("/apply/", {"email": ADDRESS, "shown": "made-up"})
        assert page.status_code == 200 and "press the button again" in page.content.decode()
        assert not Application.objects.exists() and not Mail.objects.exists()

    def test_one_address_gets_three_mails_an_hour_and_the_answer_stays_the_same(self):
        client = Client()
        assert {ask(client).url for _n in range(6)} == {"/apply/sent/"}
        assert len(letters()) == 3

    def test_one_network_may_ask_for_twenty_addresses_an_hour(self):
        client = Client()
        answers = [ask(client, f"a{n}@wexcombe.example").status_code for n in range(22)]
        assert answers == [302] * 20 + [429] * 2 and Application.objects.count() == 20

    @pytest.mark.both_engines
    def test_there_are_no_more_drafts_without_an_answer_than_the_limit(self, settings):
        settings.IMSA_APPLICATION_MOST_UNCONFIRMED = 1
        start_application(ADDRESS)
        start_application("second@wexcombe.example")
        assert Application.objects.get().email == "second@wexcombe.example", "the oldest went"
        assert len(letters("second@wexcombe.example")) == 1
        save_answers(Application.objects.get(), {"name": "L"}, by=Applicant(1))
        start_application("third@wexcombe.example")
        start_application("fourth@wexcombe.example")
        kept = set(Application.objects.values_list("email", flat=True))
        assert kept == {"second@wexcombe.example", "fourth@wexcombe.example"}

    def test_drafts_without_an_answer_go_and_those_with_one_stay_longer(self, begun):
        client, start = begun
        start_application("second@wexcombe.example")
        client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "add": "1"})
        path = ApplicationFile.objects.get().path
        with clock.at(clock.now() + timedelta(days=here.IMSA_APPLICATION_UNCONFIRMED_DAYS + 1)):
            assert drop_old_drafts(by=BY) == 1 and drop_old_drafts(by=BY) == 0
        assert [one.email for one in Application.objects.all()] == [ADDRESS]
        with clock.at(clock.now() + timedelta(days=here.IMSA_APPLICATION_DRAFT_DAYS + 1)):
            assert drop_old_drafts(by=BY) == 1
        assert not Application.objects.exists() and not ApplicationFile.objects.exists()
        assert path

    def test_a_draft_without_an_answer_is_kept_from_the_newest_link_on(self, begun):
        days = here.IMSA_APPLICATION_UNCONFIRMED_DAYS
        with clock.at(clock.now() + timedelta(days=days - 1)):
            start_application(ADDRESS)
        with clock.at(clock.now() + timedelta(days=days + 1)):
            assert drop_old_drafts(by=BY) == 0
            assert Client().get(link()).status_code == 200
        with clock.at(clock.now() + timedelta(days=2 * days)):
            assert drop_old_drafts(by=BY) == 1

    def test_one_network_may_ask_sixty_times_a_day(self, monkeypatch):
        client, now, answers = Client(), time.time(), []
        for hour in range(4):
            monkeypatch.setattr("time.time", lambda hour=hour: now + hour * 3601)
            answers += [ask(client, f"a{hour}-{n}@wexcombe.example") for n in range(20)]
        assert [one.status_code for one in answers] == [302] * 60 + [429] * 20

    @pytest.mark.both_engines
    def test_withdrawn_before_it_was_submitted_it_is_deleted_with_its_files(self, begun):
        client, start = begun
        client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "add": "1"})
        path = ApplicationFile.objects.get().path
        assert "deleted with its files" in client.get(f"{start}withdraw/").content.decode()
        application = Application.objects.get()
        with kept_callbacks():
            answer = client.post(f"{start}withdraw/")
        assert answer.url == "/apply/" and not Application.objects.exists()
        assert applying.withdraw_application(application, by=Applicant(1)) is None
        with pytest.raises(FileNotFoundError):
            files.read(path)
        old = Application.objects.create(
            reference="APP-W", form=form_in_use(), email="w@wexcombe.example", state="withdrawn"
        )
        assert drop_old_drafts(by=BY) == 1 and not Application.objects.filter(pk=old.pk).exists()

    def test_a_file_beyond_the_limits_is_not_looked_into_and_not_on_the_disk(
        self, begun, settings, tmp_path
    ):
        client, start = begun
        for name in ("IMSA_APPLICATION_MOST_BYTES", "IMSA_APPLICATION_DRAFTS_BYTES"):
            setattr(settings, name, 10)
            page = client.post(f"{start}page/4/", {"safeguarding_file": pdf(), "vetting": "yes"})
            assert page.status_code == 200 and "field__mend" in page.content.decode()
            setattr(settings, name, 10**9)
        form = Application.objects.get()
        ApplicationFile.objects.bulk_create(
            ApplicationFile(application=form, question="x", path="", sha256=str(n), size=1)
            for n in range(applying.MOST_FILES)
        )
        unread = SimpleUploadedFile("policy.pdf", b"not a pdf at all")
        with pytest.raises(Refused):  # and no BadFile: nobody looked
            applying.add_file(form, "safeguarding_file", unread, by=Applicant(form.pk))
        assert not list(tmp_path.rglob("*.pdf"))
        assert form.files.count() == applying.MOST_FILES

    def test_what_was_submitted_is_never_dropped(self, begun):
        client, start = begun
        fill(client, start)
        submit(client, start)
        with clock.at(clock.now() + timedelta(days=4000)):
            assert drop_old_drafts(by=BY) == 0
        assert Application.objects.count() == 1


class TestQuestionsOfTheHub:
    def test_asked_mailed_without_the_words_answered_at_the_same_link(self, begun, officer):
        client, start = begun
        fill(client, start)
        submit(client, start)
        made = Application.objects.get()
        reviewing.assign_application(made, officer, by=officer)
        reviewing.ask_applicant(made, "Who is the external supervisor?", by=officer)
        assert "external supervisor" not in letters()[-1]
        page = client.get(start).content.decode()
        assert "Who is the external supervisor?" in page and officer.full_name not in page
        empty = client.post(f"{start}answer/", {"text": ""})
        assert empty.status_code == 200 and "Enter your answer." in empty.content.decode()
        assert Application.objects.get().state == "question"
        client.post(f"{start}answer/", {"text": "Dr Eva Falk.", "file": pdf("letter.pdf", "l")})
        made.refresh_from_db()
        assert made.state == "submitted" and made.messages.count() == 2
        assert made.files.filter(question="").count() == 1
        assert (
            Notice.objects.filter(person=officer, subject="An applicant has answered").count() == 1
        )
        for more in ({}, {"file": pdf("letter.pdf", "l")}):  # a second press, once with its file
            again = client.post(f"{start}answer/", {"text": "Dr Eva Falk.", **more})
            assert again.status_code == 302 and made.messages.count() == 2
        assert made.files.filter(question="").count() == 1
        late = client.post(f"{start}answer/", {"text": "Or Dr Gil.", "file": pdf("x.pdf", "x")})
        assert late.status_code == 409 and "Or Dr Gil." in late.content.decode()
        assert "was not sent" in late.content.decode()
        assert made.messages.count() == 2 and made.files.filter(question="").count() == 1

    def test_files_of_the_form_leave_room_for_one_with_the_answer(
        self, begun, officer, monkeypatch
    ):
        client, start = begun
        fill(client, start)
        submit(client, start)
        made = Application.objects.get()
        monkeypatch.setattr(applying, "MOST_FILES", made.files.count())
        reviewing.ask_applicant(made, "Send the new certificate.", by=officer)
        lines = "\r\n".join(["x" * 199] * 20)  # 3,999 characters to the browser
        sent = {"text": lines, "file": pdf("new.pdf", "new")}
        assert client.post(f"{start}answer/", sent).status_code == 302
        assert made.files.filter(question="").count() == 1 and made.messages.count() == 2

    def test_withdrawn_the_hub_can_decide_nothing_and_another_may_begin(self, begun, officer):
        client, start = begun
        fill(client, start)
        submit(client, start)
        for _n in range(2):
            client.post(f"{start}withdraw/")
        made = Application.objects.get()
        assert made.state == "withdrawn"
        with pytest.raises(Refused):
            reviewing.ask_applicant(made, "Why?", by=officer)
        assert made.messages.count() == 0
        ask(client)
        assert Application.objects.count() == 2


class TestClosed:
    def test_who_asks_again_gets_the_reason_and_a_new_form(self, begun, officer):
        client, start = begun
        fill(client, start)
        submit(client, start)
        made = Application.objects.get()
        deciding.decline_application(made, "No supervision.", by=officer)
        with clock.at(clock.now() + timedelta(days=here.IMSA_APPLICATION_LINK_DAYS + 1)):
            assert client.get(start).status_code == 404
            ask(client)
            new, old = re.findall(r"(/apply/[\w-]{20,}/)", letters()[-1])
            page = client.get(old).content.decode()
            assert "No supervision." in page and "You can appeal" in page
            assert "To do" in client.get(new).content.decode()
        assert "No supervision" not in letters()[-1]

    def test_an_officer_takes_out_what_should_not_be_kept(self, begun, officer, signed_in):
        client, start = begun
        fill(client, start)
        submit(client, start)
        made, file = Application.objects.get(), ApplicationFile.objects.first()
        url = f"/hub/applications/{made.pk}/remove/"
        hub = signed_in(officer)
        empty = hub.post(url, {"remove-what": f"file:{file.pk}", "remove-why": ""})
        assert "Enter why it is removed." in empty.content.decode()
        with pytest.raises(Refused):
            clearing.remove_from_application(made, "answer:name", "X", by=officer)
        made.refresh_from_db()
        assert made.answers["name"] and made.files.count() == 2
        sent = {"remove-why": "Names a client."}
        with kept_callbacks():
            assert hub.post(url, sent | {"remove-what": f"file:{file.pk}"}).status_code == 302
        assert hub.post(url, sent | {"remove-what": "answer:supervision"}).status_code == 302
        made.refresh_from_db()
        assert made.files.count() == 1 and "supervision" not in made.answers
        with pytest.raises(FileNotFoundError):
            files.read(file.path)
        entries = Entry.objects.filter(reason="Names a client.")
        assert entries.count() == 2 and "external" not in str(list(entries.values()))
        assert "has removed a file or an answer" in letters()[-1]

    def test_long_after_it_was_declined_answers_and_files_are_removed(self, begun, officer):
        client, start = begun
        fill(client, start)
        submit(client, start)
        made = Application.objects.get()
        paths = list(made.files.values_list("path", flat=True))
        contact = {"contact": {"email": ADDRESS, "given_names": "Anna", "family_name": "Berg"}}
        ApplicationDecision.objects.create(application=made, terms=contact, proposed_by=officer)
        deciding.decline_application(made, "No supervision.", by=officer)
        assert clearing.clear_closed_applications(by=BY) == 0
        with clock.at(clock.now() + timedelta(days=here.IMSA_APPLICATION_CLOSED_DAYS + 1)):
            with kept_callbacks():
                assert clearing.clear_closed_applications(by=BY) == 1
            assert clearing.clear_closed_applications(by=BY) == 0
        made.refresh_from_db()
        assert made.answers == {} and made.why_declined and not made.files.exists()
        assert made.decisions.get().terms == {} and made.decisions.get().state == "dropped"
        for path in paths:
            with pytest.raises(FileNotFoundError):
                files.read(path)


class TestVersions:
    def test_who_began_keeps_their_version_and_who_begins_has_the_new_one(self, begun, officer):
        client, start = begun
        draft = versions.begin_draft(by=officer)
        assert versions.begin_draft(by=officer) == draft
        versions.save_question(
            Question("q1", "About your organisation", "When were you founded?", "date"), by=officer
        )
        versions.remove_question("sector", by=officer)
        versions.publish_form(draft, by=officer)
        page = client.get(f"{start}page/1/").content.decode()
        assert "When were you founded?" not in page and "Sector" in page
        ask(client, "second@wexcombe.example")
        page = client.get(f"{link('second@wexcombe.example')}page/1/").content.decode()
        assert "When were you founded?" in page and "Sector" not in page

    def test_a_published_version_is_never_changed(self, officer):
        was = form_in_use().definition
        with pytest.raises(Refused):
            versions.remove_question("sector", by=officer)
        assert form_in_use().definition == was

    def test_each_added_question_has_a_key_of_its_own_and_a_deleted_draft_is_not_published(
        self, officer
    ):
        draft = versions.begin_draft(by=officer)
        for label in ("When founded?", "Which languages?"):
            versions.save_question(Question("", "People responsible", label), by=officer)
        asked = {one.label: one.key for one in ApplicationForm.objects.get(pk=draft.pk).questions}
        assert (asked["When founded?"], asked["Which languages?"]) == ("q1", "q2")
        versions.drop_draft(by=officer)
        with pytest.raises(Refused):
            versions.publish_form(draft, by=officer)
        assert form_in_use().number == 1

    def test_the_key_of_a_question_that_was_removed_is_never_given_to_another(self, officer):
        versions.begin_draft(by=officer)
        founded = Question("", "People responsible", "When founded?")
        versions.publish_form(versions.save_question(founded, by=officer), by=officer)
        versions.begin_draft(by=officer)
        versions.remove_question("q1", by=officer)
        draft = versions.save_question(replace(founded, label="Which languages?"), by=officer)
        assert {one.label: one.key for one in draft.questions}["Which languages?"] == "q2"

    def test_name_and_number_are_asked_by_every_version(self, officer, signed_in):
        draft = versions.begin_draft(by=officer)
        was, client = draft.definition, signed_in(officer)
        for key in ("name", "charity_number"):
            url = f"/hub/applications/form/questions/{key}/"
            assert client.post(url, {"action": "remove"}).status_code == 409
            question = next(one for one in draft.questions if one.key == key)
            with pytest.raises(Refused):
                versions.save_question(replace(question, kind="number"), by=officer)
        assert ApplicationForm.objects.get(pk=draft.pk).definition == was
        versions.save_question(replace(question, label="Its number"), by=officer)
        assert ApplicationForm.objects.get(pk=draft.pk).definition != was

    def test_only_one_draft_stands_and_only_officers_change_it(self, officer, registrar):
        with pytest.raises(NotAllowed):
            versions.begin_draft(by=registrar)
        versions.begin_draft(by=officer)
        with pytest.raises(IntegrityError), transaction.atomic():
            ApplicationForm.objects.create(number=9)
        assert ApplicationForm.objects.count() == 2

    def test_the_pages_of_the_editor(self, officer, signed_in):
        client = signed_in(officer)
        page = client.get("/hub/applications/form/").content.decode()
        assert "ASSUMED" in page
        client.post("/hub/applications/form/", {"action": "begin"})
        sent = {
            "page": "People responsible",
            "label": "Which languages do you work in?",
            "kind": "choice",
            "hint": "<b>One</b>",
            "options": "Welsh",
            "is_required": "on",
        }
        answer = client.post("/hub/applications/form/questions/", sent)
        assert answer.status_code == 200 and "at least two choices" in answer.content.decode()
        client.post("/hub/applications/form/questions/", {**sent, "options": "Welsh\nEnglish"})
        shown = client.get("/hub/applications/form/2/").content.decode()
        assert "Which languages do you work in?" in shown and "<b>One</b>" not in shown
        key = "/hub/applications/form/questions/q1/"
        order = [q.key for q in ApplicationForm.objects.get(number=2).questions]
        client.post(key, {"action": "up"})
        moved = [q.key for q in ApplicationForm.objects.get(number=2).questions]
        assert moved.index("q1") == order.index("q1") - 1
        client.post("/hub/applications/form/checklist/", {"lines": "Number found\nPolicy read\n"})
        lines = ApplicationForm.objects.get(number=2).checklist
        assert [line["label"] for line in lines] == ["Number found", "Policy read"]
        page = client.get("/hub/applications/form/").content.decode()
        read = {"seen": re.search(r'name="seen" value="(\w+)"', page)[1]}
        client.post(key, {"action": "down"})  # another officer, meanwhile
        for action in ("publish", "drop"):
            late = client.post("/hub/applications/form/", {"action": action, **read})
            assert late.status_code == 409 and "changed the draft" in late.content.decode()
            assert ApplicationForm.objects.get(number=2).state == "draft"
        read = {"seen": re.search(r'name="seen" value="(\w+)"', late.content.decode())[1]}
        client.post("/hub/applications/form/", {"action": "publish", **read})
        assert form_in_use().number == 2 and form_in_use().published_by == officer.record_label


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", "a", "x" * 301),
        ("long_text", "a" * 4000, "a" * 4001),
        ("yes_no", "no", "perhaps"),
        ("choice", "A", "C"),
        ("nations", ["wales"], ["france"]),
        ("number", "1,200", "-1"),
        ("number", "0", "9" * 30),
        ("date", "31/12/2026", "31/02/2026"),
        ("email", "a@b.example", "a@b"),
        ("declaration", "yes", "no"),
    ],
)
def test_what_does_and_what_does_not(kind, good, bad):
    question = Question("k", "P", "L", kind, options=("A", "B"))
    assert fault_of(question, good) == "" and fault_of(question, bad) and fault_of(question, "")
    optional = Question("k", "P", "L", kind, is_required=False, options=("A", "B"))
    assert fault_of(optional, "") == ""


def test_files_that_no_row_names_are_found_in_the_folder():
    from certificates.actions.stray_files import NAMED_BY

    assert NAMED_BY["applications"] == ((ApplicationFile, "path"),)


def test_sections_say_what_is_missing_before_anything_is_answered(begun):
    sections = sections_of(Application.objects.get())
    assert not any(one.is_complete for one in sections) and len(sections) == 5
    assert files.EMPTY

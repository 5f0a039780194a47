"""Employers confirm their posts, report who left, and are asked; what they say changes the register only where it may, and silence changes nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cohorts.approvals.actions import decide_approval
from cohorts.confirming.actions import (
    ask_organisations,
    close_report,
    confirm_by_employer,
    report_difference,
    report_leaver,
)
from cohorts.confirming.models import LastHeard, PostReport, PostsRequest
from cohorts.employment import register
from cohorts.employment.actions import confirm_post, record_post
from cohorts.employment.entering import change_post
from cohorts.employment.models import EmploymentLine
from cohorts.organisations.actions import add_contact, end_contact
from cohorts.organisations.models import TelephoneTask
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role

pytestmark = pytest.mark.django_db
JULY, TODAY = date(2025, 7, 8), date(2025, 12, 1)
PAGE = "/employer/posts/"


def at(day):
    return clock.at(timezone.make_aware(datetime(day.year, day.month, day.day, 12)))


@pytest.fixture(autouse=True)
def on_a_day():
    with at(TODAY):
        yield


@pytest.fixture
def approved(organisation, by):
    decide_approval(organisation, "approved", JULY, "", by=by)
    return organisation


@pytest.fixture
def contact(approved, person_with, by):
    return contact_of(approved, person_with, by, "contact@lanternby.example")


def contact_of(organisation, person_with, by, email):
    person = person_with(Role.EMPLOYER, email=email, first_name="Cora", last_name="Contact")
    add_contact(person, organisation, by=by, starts_on=JULY)
    return person


def subjects(person):
    return list(Notice.objects.filter(person=person).values_list("subject", flat=True))


def sent(employment, answer, number=1, **more):
    prefix = f"post-{employment.pk}"
    return {f"{prefix}-answer": answer, f"{prefix}-number": number} | {
        f"{prefix}-{name}": value for name, value in more.items()
    }


# ---- yes ----


@pytest.mark.both_engines
def test_a_contact_confirms_a_post_with_one_press(post, contact, officer, signed_in):
    client = signed_in(contact)
    assert "1 post to confirm" in client.get("/employer/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "1 post is to be confirmed" in page and "Last confirmed" in page
    for _ in range(2):
        assert client.post(PAGE, sent(post.employment, "yes")).status_code == 302
    line = EmploymentLine.objects.get(number=2)
    assert (line.confirmed_on, line.confirmed_by) == (TODAY, contact.record_label)
    assert EmploymentLine.objects.count() == 2
    assert LastHeard.objects.get().way == "page"
    page = client.get(PAGE).content.decode()
    assert "Every post is confirmed" in page and "You last answered on" in page
    page = signed_in(officer).get("/hub/register/ER-1/").content.decode()
    assert "Recorded by Cora Contact" in page
    assert (
        "by its contacts" in signed_in(officer).get("/hub/organisations/ORG-01/").content.decode()
    )


def test_nothing_chosen_changes_nothing(post, contact, signed_in, unchanged):
    client = signed_in(contact)
    watch = unchanged()
    page = client.post(PAGE, sent(post.employment, ""), follow=True).content.decode()
    assert "Nothing was chosen" in page
    watch.check()


@pytest.mark.both_engines
def test_a_post_that_changed_since_it_was_read_is_not_confirmed(
    post, contact, officer, signed_in, unchanged
):
    change_post(post.employment, by=officer, reason="x", post="Other work")
    watch = unchanged()
    page = signed_in(contact).post(PAGE, sent(post.employment, "yes")).content.decode()
    assert "has changed since you opened this page" in page and "Other work" in page
    with pytest.raises(Refused, match="has changed"):
        report_leaver(post.employment, 1, TODAY, by=contact)
    watch.check()


# ---- whose ----


def test_only_a_contact_of_today_of_an_approved_organisation_answers_and_never_for_themselves(
    post, contact, approved, other_organisation, person_with, by, signed_in, unchanged
):
    decide_approval(other_organisation, "approved", JULY, "", by=by)
    stranger = contact_of(other_organisation, person_with, by, "c@wexcombe.example")
    own = record_post(
        "ER-8",
        contact,
        approved,
        "Manager",
        ["england"],
        JULY,
        None,
        "",
        None,
        by=by,
        source="t",
    )
    client = signed_in(contact)
    assert "your own post" in client.get(PAGE).content.decode()
    watch = unchanged()
    assert "NicDh" not in signed_in(stranger).get(PAGE).content.decode()
    assert signed_in(stranger).get(f"{PAGE}?organisation=ORG-01").status_code == 404
    signed_in(stranger).post(PAGE, sent(post.employment, "yes"))
    client.post(PAGE, sent(own.employment, "yes"))
    for person, line in ((stranger, post), (contact, own)):
        for act in (
            lambda p, e: confirm_by_employer(e, 1, by=p),
            lambda p, e: report_leaver(e, 1, TODAY, by=p),
            lambda p, e: report_difference(e, 1, "x", by=p),
        ):
            with pytest.raises(NotAllowed):
                act(person, line.employment)
    watch.check()


def test_a_contact_who_left_and_an_organisation_not_approved_see_and_do_nothing(
    post, contact, approved, by, signed_in
):
    client = signed_in(contact)
    decide_approval(approved, "suspended", TODAY, "why", by=by)
    page = client.get(PAGE).content.decode()
    assert "not approved today" in page and "NicDh" not in page
    assert client.post(PAGE, sent(post.employment, "yes")).status_code == 403
    end_contact(approved.contacts.get(), TODAY - timedelta(days=1), by=by)
    assert client.get(PAGE).status_code == 403
    client.post(PAGE, sent(post.employment, "yes"))
    with pytest.raises(NotAllowed):
        confirm_by_employer(post.employment, 1, by=contact)
    assert EmploymentLine.objects.count() == 1


def test_a_contact_of_two_organisations_answers_for_each(
    post, contact, other_organisation, by, signed_in, person_with
):
    decide_approval(other_organisation, "approved", JULY, "", by=by)
    add_contact(contact, other_organisation, by=by, starts_on=JULY)
    client = signed_in(contact)
    page = client.get(PAGE).content.decode()
    assert "?organisation=ORG-02" in page and "NicDh" in page
    assert "NicDh" not in client.get(f"{PAGE}?organisation=ORG-02").content.decode()


# ---- left ----


@pytest.mark.both_engines
def test_a_leaver_is_looked_at_first_and_then_the_post_ends_and_they_are_told(
    post, contact, trainee, signed_in, unchanged
):
    client = signed_in(contact)
    watch = unchanged()
    given = sent(post.employment, "left", left_on="2025-11-28")
    page = client.post(PAGE, given).content.decode()
    assert "Nothing has been saved yet" in page and "no longer lets" in page
    page = client.post(PAGE, given | {"step": "edit"}).content.decode()
    assert 'value="2025-11-28"' in page
    watch.check()
    for _ in range(2):
        assert client.post(PAGE, given | {"step": "do"}).status_code in (200, 302)
    assert [line.ends_on for line in EmploymentLine.objects.order_by("number")] == [
        None,
        date(2025, 11, 28),
    ]
    assert subjects(trainee).count("Your post at Lanternby Advocacy ends") == 1
    assert not register.employment_on(trainee, date(2025, 11, 29))


@pytest.mark.both_engines
def test_a_leaver_before_the_last_confirmation_is_a_task_for_the_hub(
    post, contact, trainee, officer, signed_in
):
    client = signed_in(contact)
    confirm_by_employer(post.employment, 1, by=contact)
    given = sent(post.employment, "left", 2, left_on="2025-10-31")
    assert "The Hub checks it" in client.post(PAGE, given).content.decode()
    for _ in range(2):
        client.post(PAGE, given | {"step": "do"})
    report = PostReport.objects.get()
    assert (report.kind, report.left_on) == ("left", date(2025, 10, 31))
    assert EmploymentLine.objects.count() == 2 and register.employment_on(trainee, TODAY)
    assert subjects(trainee) == []
    hub = signed_in(officer)
    assert f"/hub/posts/{report.pk}/" in hub.get("/hub/posts/").content.decode()
    assert "/hub/posts/" in hub.get("/hub/").content.decode()
    page = hub.get(f"/hub/posts/{report.pk}/").content.decode()
    assert "31 October 2025" in page and "/hub/register/ER-1/" in page
    assert "looking at what you reported" in client.get(PAGE).content.decode()
    for _ in range(2):
        hub.post(f"/hub/posts/{report.pk}/", {"note": "Ended it"})
    assert subjects(contact).count("The Hub has dealt with what you reported") == 1
    assert f"/hub/posts/{report.pk}/" not in hub.get("/hub/posts/").content.decode()
    assert "looking at what you reported" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("answer", "more", "words"),
    [
        ("left", {}, "Enter the last day"),
        ("left", {"left_on": "2025-08-01"}, "cannot be earlier"),
        ("left", {"left_on": "2029-08-01"}, "Check the year"),
        ("different", {"text": " "}, "Enter what is different"),
        ("", {"text": "moved"}, "Select what is so"),
        ("perhaps", {}, "not one of the available choices"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_else_is_saved(
    post, trainee, contact, approved, by, person_with, signed_in, unchanged, answer, more, words
):
    other = record_post(
        "ER-7",
        person_with(email="other@test.example"),
        approved,
        "Advocate",
        ["england"],
        JULY,
        None,
        "",
        None,
        by=by,
        source="t",
    )
    watch = unchanged()
    given = sent(post.employment, answer, **more)
    if words != "cannot be earlier":  # that one only the action finds, and the others are done
        given |= sent(other.employment, "yes")
    page = signed_in(contact).post(PAGE, given | {"step": "do"}).content.decode()
    assert words in page
    watch.check()


# ---- different ----


def test_something_different_is_a_task_and_changes_nothing(
    post, contact, officer, trainee, signed_in, registrar
):
    client = signed_in(contact)
    given = sent(post.employment, "different", text="She works in <b>Wales</b> too")
    for _ in range(2):
        client.post(PAGE, given)
    report = PostReport.objects.get()
    assert EmploymentLine.objects.count() == 1 and report.text == "She works in <b>Wales</b> too"
    page = signed_in(officer).get(f"/hub/posts/{report.pk}/").content.decode()
    assert "&lt;b&gt;Wales" in page
    assert signed_in(registrar).get(f"/hub/posts/{report.pk}/").status_code == 403
    with pytest.raises(NotAllowed):
        close_report(report, "x", by=contact)
    with pytest.raises(Refused):
        close_report(report, " ", by=officer)
    assert not any("Wales" in n.subject for n in Notice.objects.all())


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "left"},
        {"kind": "different"},
        {"kind": "different", "text": "x", "left_on": TODAY},
        {"kind": "different", "text": "x", "closed_at": clock.now()},
    ],
)
def test_the_database_refuses_a_report_that_says_nothing(post, contact, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PostReport.objects.create(
            employment=post.employment,
            organisation=post.organisation,
            reported_by=contact,
            **wrong,
        )


# ---- asking ----


@pytest.mark.both_engines
def test_employers_are_asked_reminded_shown_as_silent_and_no_post_ends(
    post, contact, trainee, by, officer, signed_in, settings
):
    for _ in range(2):
        ask_organisations(by=by)
    assert subjects(contact).count("Are your posts still right?") == 1
    hub = signed_in(officer)
    page = hub.get("/hub/posts/").content.decode()
    assert "Lanternby Advocacy" in page and "No answer" not in page and "Never" in page
    with at(TODAY + timedelta(days=settings.IMSA_POSTS_REMINDED_DAYS)):
        for _ in range(2):
            ask_organisations(by=by)
    assert subjects(contact).count("Reminder: are your posts still right?") == 1
    with at(TODAY + timedelta(days=settings.IMSA_POSTS_SILENT_DAYS)):
        for _ in range(3):
            ask_organisations(by=by)
        assert "No answer" in signed_in(officer).get("/hub/posts/?silent=1").content.decode()
        assert "you have not answered yet" in signed_in(contact).get(PAGE).content.decode()
        assert len(subjects(contact)) == 3, "its role, the question and one reminder"
        assert (
            register.employment_on(trainee, clock.today()) and EmploymentLine.objects.count() == 1
        )
        confirm_by_employer(post.employment, 1, by=contact)
        assert PostsRequest.objects.get().closed_on == clock.today()
        assert (
            "No organisation has posts left"
            in signed_in(officer).get("/hub/posts/").content.decode()
        )
        ask_organisations(by=by)
    later = TODAY + timedelta(days=settings.IMSA_POSTS_SILENT_DAYS + settings.IMSA_POSTS_ASKED_DAYS)
    with at(later):
        ask_organisations(by=by)
        assert subjects(contact).count("Are your posts still right?") == 2


def test_nobody_is_asked_while_it_is_not_approved_and_who_has_no_contact_is_telephoned(
    post, approved, by
):
    decide_approval(approved, "suspended", TODAY, "why", by=by)
    TelephoneTask.objects.all().delete()
    ask_organisations(by=by)
    assert not PostsRequest.objects.exists() and not TelephoneTask.objects.exists()
    decide_approval(approved, "approved", TODAY, "", by=by)
    TelephoneTask.objects.all().delete()
    ask_organisations(by=by)
    assert TelephoneTask.objects.get().subject == "Are your posts still right?"


def test_what_the_hub_confirms_or_ends_closes_the_question(post, contact, by, officer):
    ask_organisations(by=by)
    confirm_post(post.employment, by=officer)
    ask_organisations(by=by)
    assert PostsRequest.objects.get().closed_on == TODAY


@pytest.mark.both_engines
def test_one_open_question_for_each_organisation(approved):
    PostsRequest.objects.create(organisation=approved, asked_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostsRequest.objects.create(organisation=approved, asked_on=TODAY)


def test_the_page_asks_the_database_as_often_for_many_as_for_one(
    post, contact, approved, by, person_with, signed_in, django_assert_num_queries, officer
):
    client = signed_in(contact)
    client.get(PAGE)
    for count in (0, 25):
        for n in range(count):
            record_post(
                f"ER-X{n}",
                person_with(email=f"x{n}@test.example"),
                approved,
                "Advocate",
                ["england"],
                JULY,
                None,
                "",
                None,
                by=by,
                source="t",
            )
        with django_assert_num_queries(13):
            page = client.get(PAGE).content.decode()
    assert page.count("Is this still true?") == 20 and "?organisation=ORG-01&amp;page=2" in page

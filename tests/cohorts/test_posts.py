"""One post entered, changed, voided and left for a time on its page; what each does to answers, and who is told."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from certificates.queries import facts_and_rules_of
from certificates.queries.post_previews import effect_of_post
from cohorts.approvals.actions import decide_approval
from cohorts.employment import register
from cohorts.employment.actions import end_post, record_post
from cohorts.employment.entering import (
    change_post,
    enter_post,
    record_leave_from_post,
    void_post,
)
from cohorts.employment.models import Employment, EmploymentLine, Remark
from cohorts.employment.rules import remarks_about_approval
from cohorts.imports.actions import check_import
from cohorts.organisations.actions import add_contact
from cohorts.organisations.models import TelephoneTask
from cohorts.organisations.queries import approvals_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 8)


@pytest.fixture
def approved(organisation, by):
    decide_approval(organisation, "approved", JULY, "", by=by)
    return organisation


@pytest.fixture
def contact(approved, person_with, by):
    person = person_with(Role.EMPLOYER, email="contact@lanternby.example")
    add_contact(person, approved, by=by, starts_on=JULY)
    return person


def filled(organisation="ORG-01", **changes):
    return {
        "email": "mairi@test.example",
        "organisation": organisation,
        "post": "Advocate",
        "nations": ["england"],
        "starts_on": "2025-09-01",
        "ends_on": "",
        "kind": "permanent",
        "hours": "37,5",
        "line_manager": "Boss@lanternby.example",
        "evidence_kind": "contract",
        "evidence_on": "2025-08-20",
        "reason": "HR wrote",
        "step": "check",
    } | changes


def subjects(person):
    return list(Notice.objects.filter(person=person).values_list("subject", flat=True))


# ---- entering ----


@pytest.mark.both_engines
def test_one_post_is_entered_on_a_page_after_a_look_at_what_it_changes(
    trainee, contact, officer, signed_in, unchanged
):
    client = signed_in(officer)
    assert "/hub/register/new/" in client.get("/hub/register/").content.decode()
    watch = unchanged()
    page = client.post("/hub/register/new/", filled()).content.decode()
    assert "Nothing has been saved yet" in page and "Enter the post" in page
    assert "Monday 1 September 2025" in page and "Contract or statement of terms" in page
    watch.check()
    for _ in range(2):  # a second press finds the post there is
        answer = client.post("/hub/register/new/", filled(step=""))
    line = EmploymentLine.objects.get()
    assert answer["Location"] == f"/hub/register/{line.employment.reference}/"
    assert (line.post, line.kind, line.hours, line.line_manager) == (
        "Advocate",
        "permanent",
        Decimal("37.5"),
        "boss@lanternby.example",
    )
    assert (line.evidence_kind, line.evidence_on, line.evidence_seen_by) == (
        "contract",
        date(2025, 8, 20),
        officer.record_label,
    )
    assert subjects(trainee) == ["A post at Lanternby Advocacy was entered for you"]
    assert "A post was entered" in subjects(contact)
    assert Remark.objects.get().text == "HR wrote"
    page = client.get(answer["Location"]).content.decode()
    assert "37.5" in page and "Seen by Hugo Hub" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "none@test.example"}, "No one here has this email address"),
        ({"organisation": "Lanternby"}, "no organisation with this code or name"),
        ({"ends_on": "2025-08-01"}, "cannot be before the first"),
        ({"hours": "900"}, "from 0.5 to 80"),
        ({"hours": "NaN"}, "from 0.5 to 80"),
        ({"evidence_on": ""}, "Enter the date of what you saw"),
        ({"evidence_kind": ""}, "Select what you saw"),
        ({"line_manager": "MAIRI@test.example"}, "their own line manager"),
        ({"nations": []}, "Choose at least one nation"),
        ({"starts_on": "2024-01-01", "ends_on": "2025-07-07"}, "approved from 8 July 2025"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_keeps_what_was_typed(
    trainee, approved, officer, signed_in, unchanged, changes, words
):
    client = signed_in(officer)
    watch = unchanged()
    for step in ("check", ""):
        page = client.post("/hub/register/new/", filled(step=step, **changes)).content.decode()
        assert words in page and 'value="2025-08-20"' in page or "evidence_on" in changes, words
    watch.check()


def test_an_organisation_goes_by_its_name_too(trainee, approved, officer, signed_in):
    client = signed_in(officer)
    client.post("/hub/register/new/", filled("lanternby  ADVOCACY", step=""))
    assert EmploymentLine.objects.get().organisation == approved


@pytest.mark.both_engines
def test_a_post_outside_every_approval_is_refused_by_the_action(
    trainee, organisation, officer, by, unchanged
):
    def enter(starts_on, ends_on=None):
        enter_post(
            trainee,
            organisation,
            by=officer,
            post="Advocate",
            nations=["england"],
            starts_on=starts_on,
            ends_on=ends_on,
        )

    watch = unchanged()
    with pytest.raises(Refused, match="has not been approved"):
        enter(date(2025, 9, 1))
    watch.check()
    decide_approval(organisation, "approved", JULY, "", by=by)
    decide_approval(organisation, "suspended", date(2025, 10, 1), "why", by=by)
    decide_approval(organisation, "ended", date(2025, 11, 1), "why", by=by)
    watch = unchanged()
    with pytest.raises(Refused, match="31 October 2025 was its last day"):
        enter(date(2025, 11, 1))
    with pytest.raises(Refused, match="approved from 8 July 2025"):
        enter(date(2025, 1, 1), date(2025, 7, 7))
    watch.check()
    enter(date(2025, 1, 1))  # it began before the approval, and some of its days are within it
    enter(date(2025, 10, 31))  # suspended is not ended
    assert Employment.objects.count() == 2


def test_a_likely_duplicate_is_named_and_a_second_post_is_ticked(
    trainee, approved, post, officer, signed_in
):
    client = signed_in(officer)
    page = client.post("/hub/register/new/", filled(post="Adviser")).content.decode()
    assert "entry ER-1" in page and "Tick this" in page
    assert "has this post already" in client.post("/hub/register/new/", filled()).content.decode()
    client.post("/hub/register/new/", filled(post="Adviser", is_second="on", step=""))
    assert Employment.objects.count() == 2


def test_nobody_keeps_their_own_post(post, officer, by, signed_in, approved, unchanged):
    own = record_post(
        "ER-9",
        officer,
        approved,
        "Officer",
        ["england"],
        date(2025, 9, 1),
        None,
        "",
        None,
        by=by,
        source="t",
    )
    client = signed_in(officer)
    page = client.get("/hub/register/ER-9/").content.decode()
    assert "your own post" in page and "/hub/register/ER-9/void/" not in page
    watch = unchanged()
    for action in ("end", "void", "change", "leave", "confirm", "reopen"):
        assert client.post(f"/hub/register/ER-9/{action}/", {}).status_code == 403
    with pytest.raises(NotAllowed):
        void_post(own.employment, by=officer, reason="x")
    with pytest.raises(NotAllowed):
        end_post(own.employment, date(2025, 10, 1), by=officer, reason="x")
    page = client.post("/hub/register/new/", filled(email=officer.email)).content.decode()
    assert "No one keeps their own post" in page
    watch.check()


# ---- changing ----


def test_a_change_adds_a_line_with_a_reason_and_tells_whom_it_touches(
    post, contact, trainee, officer, signed_in
):
    client, url = signed_in(officer), "/hub/register/ER-1/change/"
    sent = {
        "change-post": "Senior advocate",
        "change-nations": ["scotland", "england"],
        "change-starts_on": "2025-08-01",
        "change-line_manager": "",
        "change-reason": "The contract says so",
    }
    page = client.post(url, sent | {"step": "check"}).content.decode()
    assert "Check before you change the post" in page and EmploymentLine.objects.count() == 1
    assert 'value="Senior advocate"' in page, "typed words are sent again"
    assert "England and Scotland" in page and "The contract says so" in page
    page = client.post(url, sent | {"step": "edit"}).content.decode()
    assert "Senior advocate" in page and EmploymentLine.objects.count() == 1
    for _ in range(2):
        client.post(url, sent)
    line = EmploymentLine.objects.get(number=2)
    assert (line.post, line.starts_on, line.nations) == (
        "Senior advocate",
        date(2025, 8, 1),
        ["england", "scotland"],
    )
    assert EmploymentLine.objects.get(number=1).post == "Advocate"
    assert subjects(trainee).count("Your post at Lanternby Advocacy was changed") == 1
    assert subjects(contact).count("A post was changed") == 1
    assert Entry.objects.filter(action="cohorts.change_post").count() == 1
    client.post(url, sent | {"change-hours": "12", "change-reason": "asked"})
    assert subjects(trainee).count("Your post at Lanternby Advocacy was changed") == 1, (
        "hours change nothing for anyone"
    )
    page = client.get("/hub/register/ER-1/").content.decode()
    assert "Hours a week: 12" in page and "The contract says so" in page


# ---- voiding ----


@pytest.mark.both_engines
def test_a_voided_post_counts_on_no_day_and_its_lines_stay(
    post, contact, trainee, officer, signed_in
):
    client = signed_in(officer)
    page = client.post(
        "/hub/register/ER-1/void/", {"void-reason": "Wrong person", "step": "check"}
    ).content.decode()
    assert "Check before you void the post" in page and EmploymentLine.objects.count() == 1
    for _ in range(2):
        client.post("/hub/register/ER-1/void/", {"void-reason": "Wrong person"})
    assert [line.is_void for line in EmploymentLine.objects.order_by("number")] == [False, True]
    for day in (date(2025, 9, 1), date(2025, 12, 1)):
        answer = register.employment_on(trainee, day)
        assert not answer and answer.code == "voided" and answer.post.reference == "ER-1"
    assert register.posts_of(trainee.pk) == [] == facts_of(trainee)
    assert (
        subjects(trainee).count("A post at Lanternby Advocacy was removed from the register") == 1
    )
    assert subjects(contact).count("A post was removed") == 1
    page = client.get("/hub/register/ER-1/").content.decode()
    assert "it counts on no day" in page and "Wrong person" in page and "/void/" not in page
    for action, sent in (
        ("end", {"end-ends_on": "2025-10-01", "end-reason": "x"}),
        ("confirm", {"confirm-on": "2025-10-01"}),
    ):
        answer = client.post(f"/hub/register/ER-1/{action}/", sent, follow=True)
        assert "Nothing more is done with it" in answer.content.decode()
    assert EmploymentLine.objects.count() == 2


def facts_of(person):
    return list(facts_and_rules_of(person)[0].posts)


def test_a_file_never_brings_a_voided_post_back(post, officer, by, unchanged):
    void_post(post.employment, by=officer, reason="x")
    content = (
        b"entry,email,organisation,post,nations,starts_on,ends_on\r\n"
        b"er-1,mairi@test.example,ORG-01,Advocate,Scotland,2025-09-01,\r\n"
    )
    [row] = check_import("register", "a.csv", content, by=officer).rows
    assert row["verdict"] == "refused" and "voided" in row["reasons"][0]["why"]
    watch = unchanged()
    with pytest.raises(Refused, match="voided"):
        record_post(
            "ER-1",
            post.employment.person,
            post.organisation,
            "Advocate",
            ["scotland"],
            date(2025, 9, 1),
            None,
            "",
            None,
            by=by,
            source="t",
        )
    watch.check()


def test_an_organisation_without_a_contact_is_to_be_telephoned(post, officer):
    void_post(post.employment, by=officer, reason="x")
    assert TelephoneTask.objects.get().subject == "A post was removed"


# ---- leave ----


def test_leave_is_shown_and_the_post_goes_on_counting(post, trainee, officer, signed_in, contact):
    client, url = signed_in(officer), "/hub/register/ER-1/leave/"
    page = client.post(
        url, {"leave-leave_from": "2025-10-01", "leave-leave_until": "2025-09-30"}
    ).content.decode()
    assert "cannot be before its first" in page
    page = client.post(
        url, {"leave-leave_from": "2025-08-01", "leave-leave_until": ""}
    ).content.decode()
    assert "would be before the post" in page and EmploymentLine.objects.count() == 1
    for _ in range(2):
        client.post(url, {"leave-leave_from": "2025-10-01", "leave-leave_until": "2026-10-31"})
    assert EmploymentLine.objects.count() == 2
    found = register.employment_on(trainee, date(2025, 11, 1))
    assert found and found.post.is_on_leave_on(date(2025, 11, 1))
    assert not found.post.is_on_leave_on(date(2026, 11, 1))
    page = client.get("/hub/register/ER-1/").content.decode()
    assert "The post counts during leave" in page
    assert subjects(trainee) == ["Leave from your post at Lanternby Advocacy"]
    assert subjects(contact).count("Leave from a post") == 1
    with pytest.raises(Refused, match="would be before the post"):
        change_post(post.employment, by=officer, reason="x", starts_on=date(2025, 11, 1))


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": 0},
        {"hours": 81},
        {"evidence_kind": "letter"},
        {"evidence_kind": "letter", "evidence_on": JULY},
        {"evidence_on": JULY},
        {"leave_from": date(2025, 8, 31)},
        {"leave_until": date(2025, 10, 31)},
        {"leave_from": date(2025, 10, 2), "leave_until": date(2025, 10, 1)},
    ],
)
def test_the_database_holds_the_impossible_out(post, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EmploymentLine.objects.create(
            employment=post.employment,
            number=2,
            organisation=post.organisation,
            post="x",
            nations=["wales"],
            starts_on=date(2025, 9, 1),
            source="t",
            **wrong,
        )


@pytest.mark.both_engines
def test_lines_are_still_only_added_after_the_new_columns(post):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cohorts_employmentline SET is_void = NOT is_void")


# ---- what it would change ----


def test_the_preview_says_from_when_to_when_the_standing_would_be_another(enrolment, approved, by):
    """Somebody in training stands alike with a post and without: nothing is shown. The holder's side is in tests/certificates."""
    assert effect_of_post(enrolment.person_id, None, None) == []


def test_record_leave_twice_tells_once(post, trainee, officer):
    for _ in range(2):
        record_leave_from_post(post.employment, date(2025, 10, 1), None, by=officer)
    assert len(subjects(trainee)) == 1 and clock.today()


def test_a_leave_recorded_by_mistake_is_taken_back(post, trainee, officer, signed_in, contact):
    record_leave_from_post(post.employment, date(2025, 10, 1), None, by=officer)
    client, url = signed_in(officer), "/hub/register/ER-1/leave/"
    page = client.post(url, {"leave-leave_from": "", "leave-leave_until": "2025-11-30"})
    assert "or empty both" in page.content.decode() and EmploymentLine.objects.count() == 2
    for _ in range(2):
        client.post(url, {"leave-leave_from": "", "leave-leave_until": ""})
    assert EmploymentLine.objects.count() == 3
    assert EmploymentLine.objects.get(number=3).leave_from is None
    assert len(subjects(trainee)) == 2 and subjects(contact).count("Leave from a post") == 2
    change_post(post.employment, by=officer, reason="x", starts_on=date(2025, 11, 1))


def test_a_file_with_a_first_day_after_a_leave_says_so_in_its_row(
    post, officer, by, register_csv, register_row
):
    record_leave_from_post(post.employment, date(2025, 10, 1), None, by=officer)
    made = check_import(
        "register", "p.csv", register_csv(register_row(starts_on="2025-11-01")), by=by
    )
    assert "A leave is recorded from 1 Oct" in str(made.rows)


# ---- days that cannot be meant ----


def test_a_day_that_cannot_be_meant_is_refused_by_the_form_and_by_the_action(
    trainee, approved, post, officer, signed_in, unchanged
):
    client = signed_in(officer)
    watch = unchanged()
    for day in ("9999-12-31", "1025-12-31"):
        sent = {"end-ends_on": day, "end-reason": "x", "step": "check"}
        page = client.post("/hub/register/ER-1/end/", sent).content.decode()
        assert "Check the year" in page
        with pytest.raises(Refused, match="too far away|cannot be earlier"):
            end_post(post.employment, date.fromisoformat(day), by=officer, reason="x")
    watch.check()


def test_a_post_after_an_approval_that_ran_out_is_refused(trainee, organisation, officer, by):
    decide_approval(organisation, "approved", JULY, "", by=by, until_day=date(2025, 12, 31))

    def enter(starts_on):
        return enter_post(
            trainee,
            organisation,
            by=officer,
            post="Advocate",
            nations=["england"],
            starts_on=starts_on,
        )

    with pytest.raises(Refused, match="31 December 2025 was its last day"):
        enter(date(2026, 1, 1))
    assert not Employment.objects.exists()
    line = enter(date(2025, 12, 31))
    remarks = remarks_about_approval(
        organisation, approvals_of([organisation.pk])[organisation.pk], line.starts_on, None
    )
    assert ["31 December 2025 is its last day" in words for words in remarks] == [True]

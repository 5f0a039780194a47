"""The pages of this room: who may open them, what they say, and that a press does one thing."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import end_post, record_post, reopen_post
from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.actions import change_name, enrol, interrupt, resume
from cohorts.enrolment.models import Enrolment
from cohorts.imports.actions import check_import
from cohorts.imports.models import Import
from cohorts.organisations.actions import add_organisation
from cohorts.organisations.models import Approval, Contact, Organisation
from lms.kit import clock
from lms.kit.refusals import NotAllowed
from lms.people.models import Notice, Role, User
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
START = date(2025, 9, 22)


def upload(content, name="people.csv"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def imported(cohort, registrar, cohort_csv):
    return check_import("cohort", "people.csv", cohort_csv(), by=registrar)


def test_each_page_is_open_to_its_roles_and_to_nobody_else(
    enrolment, post, imported, registrar, officer, trainee, person_with, signed_in
):
    files = [
        "/registry/imports/",
        f"/registry/imports/{imported.pk}/",
        f"/registry/imports/{imported.pk}/refused.csv",
        "/registry/imports/sample/cohort.csv",
    ]
    cohorts = [
        "/registry/cohorts/",
        "/registry/cohorts/IMSA-2025-09/",
        f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/",
    ]
    organisations = ["/hub/organisations/", "/hub/organisations/ORG-01/"]
    register = ["/hub/register/", "/hub/register/ER-1/"]
    doors = {
        registrar: files + cohorts + register,
        officer: files + cohorts + organisations + register,
        trainee: [],
        person_with(Role.TUTOR): [],
        person_with(Role.EMPLOYER): [],
        person_with(Role.EXTERNAL_EXAMINER): [],
        person_with(Role.SURVIVOR_CONSULTANT): [],
        person_with(): [],
    }
    for person, is_open in doors.items():
        client = signed_in(person)
        for url in files + cohorts + organisations + register:
            assert client.get(url).status_code == (200 if url in is_open else 403), (
                person.email,
                url,
            )


def test_a_stranger_is_asked_to_sign_in(client, imported):
    for url in (
        "/registry/imports/",
        f"/registry/imports/{imported.pk}/",
        "/hub/register/ER-1/",
        "/registry/cohorts/",
    ):
        assert (
            client.get(url).status_code == 302 and "/accounts/login/" in client.get(url)["Location"]
        )


def test_no_press_of_a_stranger_does_anything(
    enrolment, post, imported, organisation, trainee, signed_in, unchanged
):
    client = signed_in(trainee)
    watch = unchanged()
    for url in (
        f"/registry/imports/{imported.pk}/write/",
        f"/registry/imports/{imported.pk}/drop/",
        f"/registry/imports/{imported.pk}/check/",
        "/registry/cohorts/",
        f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/nations/",
        f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/status/last-day/",
        "/hub/organisations/",
        "/hub/organisations/ORG-01/decide/",
        "/hub/organisations/ORG-01/contacts/",
        "/hub/register/",
        "/hub/register/ER-1/end/",
    ):
        assert client.post(url, {"confirmed": "yes"}).status_code == 403, url
    watch.check()
    assert Import.objects.get().state == "checked"


def test_an_unreadable_file_is_refused_on_the_form_and_the_choice_is_kept(
    registrar, signed_in, unchanged
):
    client = signed_in(registrar)
    watch = unchanged()
    for content in (b"%PDF-1.4", b"", b"x" * 10_000_000, b"entry\n\xff"):
        answer = client.post(
            "/registry/imports/", {"kind": "register", "file": upload(content, "posts.csv")}
        )
        page = answer.content.decode()
        assert answer.status_code == 200 and "Nothing was written." in page and "olumn A" in page
        assert '<input type="radio" name="kind" value="register"' in page and "checked" in page
    assert client.post("/registry/imports/", {"kind": "neither"}).status_code == 200
    watch.check()


def test_refused_rows_can_be_taken_away_harmless(
    cohort, registrar, signed_in, cohort_csv, cohort_row
):
    made = check_import(
        "cohort",
        "p.csv",
        cohort_csv(
            cohort_row(given_names='=HYPERLINK("http://x")'),
            cohort_row(email="b@test.example", student_reference="S-2"),
        ),
        by=registrar,
    )
    answer = signed_in(registrar).get(f"/registry/imports/{made.pk}/refused.csv")
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="p-refused.csv"'
    assert "C2 given_names" in text and "'=HYPERLINK" in text and "b@test.example" not in text


def test_the_samples_are_read_by_the_importer(registrar, signed_in):
    from cohorts.imports import verdicts

    client = signed_in(registrar)
    for kind in ("cohort", "register"):
        for ending in ("csv", "xlsx"):
            [row] = verdicts.check(
                kind, client.get(f"/registry/imports/sample/{kind}.{ending}").content
            )
            assert not row["unread"], row
    assert client.get("/registry/imports/sample/other.csv").status_code == 404


def test_verdicts_are_filtered_by_address(cohort, registrar, signed_in, cohort_csv, cohort_row):
    rows = [cohort_row(), cohort_row(email="nope", student_reference="S-2")]
    made = check_import("cohort", "p.csv", cohort_csv(*rows), by=registrar)
    client = signed_in(registrar)
    page = client.get(f"/registry/imports/{made.pk}/?verdict=refused").content.decode()
    assert "F3, email" in page and "joins Pilot intake" not in page
    assert "Write" not in page and "1 of 2 rows cannot be written" in page
    assert (
        "joins Pilot intake"
        in client.get(f"/registry/imports/{made.pk}/?verdict=rubbish").content.decode()
    )


def test_a_changed_world_is_told_on_the_page(imported, cohort, trainee, by, registrar, signed_in):
    enrol(cohort, trainee, ["wales"], "S-1", by=by, enrolled_on=START)
    page = (
        signed_in(registrar)
        .post(f"/registry/imports/{imported.pk}/write/", follow=True)
        .content.decode()
    )
    assert (
        "has changed since this file was checked (row 2)" in page and "Check the rows again" in page
    )


# ---- cohorts ----


def fill(cohort, organisation, person_with, by, n):
    for i in range(n):
        person = person_with(
            email=f"p{cohort.enrolments.count()}-{i}@test.example",
            first_name="Ann",
            last_name=f"Number{i}",
        )
        enrol(cohort, person, ["england"], f"N-{person.pk}", by=by, enrolled_on=START)
        record_post(
            f"P-{person.pk}",
            person,
            organisation,
            "P",
            ["england"],
            START,
            None,
            "",
            None,
            by=by,
            source="t",
        )


def test_the_cohort_page_costs_the_same_at_1_and_at_25(
    cohort, organisation, registrar, person_with, by, signed_in, django_assert_num_queries
):
    client = signed_in(registrar)
    for n in (1, 24):
        fill(cohort, organisation, person_with, by, n)
        with (
            django_assert_num_queries(7),
            clock.at(date(2025, 11, 3)),
        ):  # session, person, roles, cohort, how many in each state, enrolments, posts
            page = client.get("/registry/cohorts/IMSA-2025-09/").content.decode()
    assert page.count("Lanternby Advocacy") == 25 and "Student reference" in page


def test_the_organisation_pages_cost_the_same_at_1_and_at_many(
    cohort, organisation, officer, person_with, by, signed_in, django_assert_num_queries
):
    client = signed_in(officer)
    for n in (1, 9):
        fill(cohort, organisation, person_with, by, n)
        add_organisation(f"O-{n}", f"Organisation {n}", ["wales"], "", by=by)
        with (
            django_assert_num_queries(9),
            clock.at(date(2025, 11, 3)),
        ):  # session, person, roles; sectors, the counts, how many, organisations, approvals, posts
            client.get("/hub/organisations/")
        # session, person, roles; organisation, decisions, posts, people, contacts, calls; conditions, memoranda, reviews, whose organisations, heard from,
        # posts to confirm
        with django_assert_num_queries(15), clock.at(date(2025, 11, 3)):
            client.get("/hub/organisations/ORG-01/")


def test_a_cohort_is_made_on_its_page(programme, registrar, signed_in):
    client = signed_in(registrar)
    given = {
        "code": "IMSA-2026-09",
        "title": "Next",
        "programme": programme.pk,
        "starts_on": "2026-09-21",
        "ends_on": "2027-09-30",
    }
    assert client.post("/registry/cohorts/", given)["Location"] == "/registry/cohorts/IMSA-2026-09/"
    page = client.post("/registry/cohorts/", given | {"title": "Other"}).content.decode()
    assert "There is already a cohort IMSA-2026-09" in page
    assert (
        "must come after"
        in client.post("/registry/cohorts/", given | {"ends_on": "2026-01-01"}).content.decode()
    )


def test_an_enrolment_is_changed_on_its_page(enrolment, registrar, signed_in):
    client, url = signed_in(registrar), f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/"
    client.post(f"{url}nations/", {"nations": ["wales", "scotland"]})
    enrolment.refresh_from_db()
    assert enrolment.plan.nations == ["wales", "scotland"]
    assert "Choose at least one nation" in client.post(f"{url}nations/", {}).content.decode()
    assert client.post(f"{url}complete/").status_code == 404
    assert client.get(f"/registry/cohorts/OTHER/{enrolment.pk}/").status_code == 404


def test_why_is_read_on_the_page_of_the_enrolment_at_the_same_cost(
    enrolment, registrar, officer, signed_in, django_assert_num_queries
):
    client, url = signed_in(registrar), f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/"
    assert "in the officers" not in client.get(url).content.decode()
    for n in (1, 5):
        for _ in range(n):
            interrupt(enrolment, by=registrar, reason="A <long> illness")
            resume(enrolment, by=registrar)
        with django_assert_num_queries(
            8
        ):  # session, person, roles; enrolment, posts, its changes, remarks, who wrote them
            page = client.get(url).content.decode()
    assert page.count("A &lt;long&gt; illness") == 6 and page.count("Leave of absence begun") == 6
    assert "Rita Registrar, " in page and "Leave of absence ended" not in page
    # The Hub may end, and undo; what stands on file is the registry's.
    page = signed_in(officer).get(url).content.decode()
    assert "Change this enrolment" in page and "Change the name on file" not in page


# ---- organisations ----


def test_a_decision_is_shown_before_it_is_made(
    organisation, post, by, officer, signed_in, unchanged
):
    client = signed_in(officer)
    given = {"action": "approved", "from_day": "2025-10-01", "is_endless": "on", "reason": ""}
    watch = unchanged()
    page = client.post("/hub/organisations/ORG-01/decide/", given, follow=True).content.decode()
    assert "Nothing is decided yet" in page and "Approved" in page and "Màiri NicDhòmhnaill" in page
    assert (
        client.post("/hub/organisations/ORG-01/decide/", given | {"confirmed": "yes"}).status_code
        == 302
    )
    watch.check()
    assert not Approval.objects.exists(), "one press, by one officer, decides nothing"
    shown = re.search(
        r'name="draft" value="(\w+)"', client.get("/hub/decisions/check/").content.decode()
    )[1]
    assert client.post("/hub/decisions/check/", {"draft": shown}).status_code == 302
    assert not Approval.objects.exists(), "it waits for a second officer"
    decide_approval(organisation, "approved", date(2025, 10, 1), "", by=by)
    bad = client.post(
        "/hub/organisations/ORG-01/decide/",
        {"action": "suspended", "from_day": "2025-12-01", "reason": ""},
    )
    assert "Say why." in bad.content.decode() and Approval.objects.count() == 1


def test_the_page_before_a_decision_says_what_it_replaces_and_the_history_too(
    organisation, by, officer, signed_in
):
    decide_approval(organisation, "approved", date(2025, 7, 8), "", by=by)
    decide_approval(organisation, "ended", date(2036, 12, 1), "because", by=by)
    client, url = signed_in(officer), "/hub/organisations/ORG-01/"
    page = client.get(url).content.decode()
    assert (
        all(f'value="{action}"' in page for action in ("approved", "suspended", "ended"))
        and "Replaced" not in page
    )
    given = {"action": "suspended", "from_day": clock.today().isoformat(), "reason": "A concern."}
    page = client.post(f"{url}decide/", given, follow=True).content.decode()
    assert (
        "The decision to end approval from Monday 1 December 2036 is replaced by this one." in page
    )
    decide_approval(organisation, "suspended", clock.today(), "A concern.", by=by)
    page = client.get(url).content.decode()
    assert page.count("Replaced") == 1 and page.index("Approval suspended from") < page.index(
        "Approval ended from"
    )


def test_an_organisation_and_its_contact_are_added(db, officer, signed_in):
    client = signed_in(officer)
    client.post(
        "/hub/organisations/",
        {"code": "ORG-24", "name": "New One", "nations": ["wales"], "sector": ""},
    )
    assert Organisation.objects.get().code == "ORG-24"
    page = client.post(
        "/hub/organisations/ORG-24/contacts/",
        {"email": "new@test.example", "starts_on": "2025-10-01"},
    ).content.decode()
    assert "Give a name, and an account is made" in page
    given = {"email": "new@test.example", "given_names": "Nia", "starts_on": "2025-10-01"}
    for _ in range(2):
        client.post("/hub/organisations/ORG-24/contacts/", given)
    contact = Contact.objects.get()
    assert User.objects.get(email="new@test.example") == contact.person
    client.post(f"/hub/organisations/ORG-24/contacts/{contact.pk}/end/")
    contact.refresh_from_db()
    assert contact.ends_on == clock.today()


# ---- the register ----


def test_the_register_answers_only_an_exact_question(post, officer, signed_in):
    client = signed_in(officer)
    for asked in ("ER-1", "er-1", "mairi@test.example", "MAIRI@test.example"):
        assert (
            client.post("/hub/register/", {"asked": asked})["Location"] == "/hub/register/ER-1/"
        ), asked
    for asked in ("ER", "mairi", "%", "mairi@", "Nic", ""):
        answer = client.post("/hub/register/", {"asked": asked})
        assert answer.status_code == 200 and "NicDh" not in answer.content.decode(), asked
    assert "NicDh" not in client.get("/hub/register/").content.decode()


def test_a_post_is_ended_confirmed_and_put_right_on_its_page(post, officer, signed_in):
    client, url = signed_in(officer), "/hub/register/ER-1/"
    client.post(f"{url}confirm/", {"confirm-on": "2025-10-01"})
    assert (
        "has not come yet"
        in client.post(f"{url}confirm/", {"confirm-on": "2099-10-01"}).content.decode()
    )
    assert (
        "cannot be earlier"
        in client.post(
            f"{url}end/", {"end-ends_on": "2025-01-01", "end-reason": "x"}
        ).content.decode()
    )
    for _ in range(2):
        client.post(f"{url}end/", {"end-ends_on": "2025-11-30", "end-reason": "left"})
    assert [line.ends_on for line in EmploymentLine.objects.all()] == [
        None,
        None,
        date(2025, 11, 30),
    ]
    page = client.get(url).content.decode()
    assert (
        "The post ended on Sunday 30 November 2025" in page and "Confirmed: 1 October 2025" in page
    )
    client.post(f"{url}reopen/", {"reopen-reason": "wrong entry"})
    assert EmploymentLine.objects.last().ends_on is None
    assert client.get("/hub/register/ER-2/").status_code == 404


def test_why_is_read_on_the_page_of_the_entry_at_the_same_cost(
    post, officer, signed_in, django_assert_num_queries
):
    client, url = signed_in(officer), "/hub/register/ER-1/"
    assert "in the officers" not in client.get(url).content.decode()
    for n in (1, 5):
        for _ in range(n):
            end_post(post.employment, date(2025, 11, 30), by=officer, reason="A long illness")
            reopen_post(post.employment, by=officer, reason="Back again")
        # session, person, roles; entry, lines, posts, sources, approvals, remarks, who wrote them
        with django_assert_num_queries(10):
            page = client.get(url).content.decode()
    assert page.count("A long illness") == 6 and page.count("Back again") == 6
    assert (
        "Hugo Hub, " in page
        and "Last day of the post set" in page
        and "Last day of the post taken away" in page
    )


def test_a_name_on_file_is_changed_and_the_person_is_told_without_it(
    enrolment, registrar, signed_in
):
    client, url = signed_in(registrar), f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/name/"
    names = {"name-first_name": "Siân", "name-last_name": "Price-Jones", "name-known_as": ""}
    for _ in range(2):
        assert client.post(url, names).status_code == 302
    enrolment.person.refresh_from_db()
    assert enrolment.person.full_name == "Siân Price-Jones"
    (told,) = Notice.objects.filter(
        person=enrolment.person, subject="Your name on file was changed"
    )
    assert "Price" not in told.body and Entry.objects.filter(action="people.rename").count() == 1
    assert "Price" not in str(list(Entry.objects.filter(action="people.rename").values()))


def test_what_is_left_out_of_a_typed_name_is_told(enrolment, registrar, signed_in):
    client = signed_in(registrar)
    page = client.post(
        f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/name/",
        {"name-first_name": "Mai\u200bri", "name-last_name": "Sample"},
        follow=True,
    )
    enrolment.person.refresh_from_db()
    assert enrolment.person.first_name == "Mairi"
    assert (
        "Given names: A character that cannot be seen was left out (zero width space)."
        in page.content.decode()
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", " ", "at least one name"),
        ("=Siân", "Price", "formula"),
        ("SiÃ¢n", "Price", "spoilt"),
        ("x" * 151, "Price", "150"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_stays_typed(
    enrolment, registrar, signed_in, first, last, said
):
    client, before = signed_in(registrar), enrolment.person.full_name
    page = client.post(
        f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/name/",
        {"name-first_name": first, "name-last_name": last},
    )
    assert (
        page.status_code == 200
        and said in page.content.decode()
        and (last in page.content.decode())
    )
    enrolment.person.refresh_from_db()
    assert (
        enrolment.person.full_name == before
        and not Notice.objects.filter(subject="Your name on file was changed").exists()
    )


def test_nobody_changes_their_own_name_on_file(enrolment, registrar):
    own = Enrolment.objects.get(pk=enrolment.pk)
    for by in (own.person, User.objects.create_user("tutor@example.org")):
        with pytest.raises(NotAllowed):
            change_name(own, "A", "B", by=by)
    own.person.refresh_from_db()
    assert own.person.full_name != "A B"

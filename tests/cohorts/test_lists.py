"""Lists end: fifty lines a page from the database, with counts that stay true while one searches."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.approvals.queries import with_approval
from cohorts.employment.actions import record_post
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.employment.register import by_family_name
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.organisations.models import Approval, Organisation
from cohorts.organisations.queries import approval_on, approvals_of, organisations_on
from courses.models import StudyPlan
from lms.kit import clock
from lms.people.actions import rename
from lms.people.models import User

DAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def many():
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=f"M-{n:04}", name=f"Harbour {n:04}", nations=["wales"], sector="Housing"
            )
            for n in range(120)
        ]
    )
    approved = Organisation.objects.filter(code__lt="M-0060")
    Approval.objects.bulk_create(
        [
            Approval(organisation=o, action="approved", from_day=DAY, decided_by="test")
            for o in approved
        ]
    )
    return Organisation.objects.all()


def test_each_organisation_stands_on_one_page_and_the_counts_are_of_all(many, officer, signed_in):
    client = signed_in(officer)
    with clock.at(DAY):
        pages = [client.get(f"/hub/organisations/?page={n}") for n in range(1, 6)]
        approved = client.get("/hub/organisations/?approval=approved&q=harbour")
    shown = [line["organisation"].code for page in pages for line in page.context["lines"]]
    assert (
        shown == sorted(shown)
        and len(shown) == len(set(shown)) == 120
        and len(pages[0].context["lines"]) == 25
    )
    assert {t["label"]: t["count"] for t in pages[0].context["tally"]} == {
        "Not approved yet": 60,
        "Approved": 60,
    }
    text = approved.content.decode()
    assert (
        "Page 1 of 3" in text
        and "approval=approved&amp;q=harbour&amp;page=2" in text
        and "Not approved yet: 60" in text
    )


def test_a_search_takes_every_word_in_name_code_or_sector(many, officer, signed_in):
    client = signed_in(officer)
    found = client.get("/hub/organisations/", {"q": "housing m-0007"}).context["lines"]
    assert [line["organisation"].code for line in found] == ["M-0007"]
    nothing = client.get("/hub/organisations/", {"q": "nobody at all"}).content.decode()
    assert "No organisation fits" in nothing and 'value="nobody at all"' in nothing


LINES = st.lists(
    st.tuples(
        st.integers(-3, 3),
        st.sampled_from(["approved", "suspended", "ended"]),
        st.none() | st.integers(0, 3),
    ),
    max_size=4,
)


@pytest.mark.both_engines
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LINES, st.integers(-3, 3))
def test_the_list_says_what_the_register_says_on_any_day(organisation, lines, offset):
    """Decisions may be recorded late and for days to come; the list finds them in the database, the register folds them."""
    Approval.objects.filter(organisation=organisation).delete()
    for start, action, length in lines:
        Approval.objects.create(
            organisation=organisation,
            action=action,
            from_day=DAY + timedelta(days=start),
            until_day=DAY + timedelta(days=start + length)
            if action == "approved" and length is not None
            else None,
            decided_by="test",
        )
    day = DAY + timedelta(days=offset)
    in_force = approval_on(approvals_of([organisation.pk])[organisation.pk], day)
    assert organisations_on(day).get(pk=organisation.pk).approval_now == (
        in_force[1] if in_force else ""
    )


def test_people_are_counted_once_and_only_with_a_post_on_the_day(organisation, person_with, by):
    today, one, other = (
        clock.today(),
        person_with(email="one@org.example"),
        person_with(email="other@org.example"),
    )
    for reference, person, days in (("R-1", one, -30), ("R-2", one, -9), ("R-3", other, 30)):
        record_post(
            reference,
            person,
            organisation,
            "Advocate",
            ["england"],
            today + timedelta(days=days),
            None,
            "m@org.example",
            None,
            by=by,
            source="test",
        )
    assert [line["people"] for line in with_approval([organisation], today)] == [1]


# ---- a cohort's people ----

FAMILIES = ["Żeleński", "Zephyr", "Ångström", "Ash", "Ó Briain", "Obama", "de Silva", "Desai", ""]


def people_in(cohort, count, *, begin=0, organisation=None, **given):
    """Rows, not actions: `count` people of the cohort; every second has a post today and one that ended."""
    numbers = range(begin, begin + count)
    people = User.objects.bulk_create(
        [
            User(
                email=f"list{n}@test.example",
                first_name=f"Given{n % 7}",
                last_name=FAMILIES[n % len(FAMILIES)],
            )
            for n in numbers
        ]
    )
    plans = StudyPlan.objects.bulk_create(
        [
            StudyPlan(person=p, programme=cohort.programme, nations=["wales"], opened_on=DAY)
            for p in people
        ]
    )
    made = Enrolment.objects.bulk_create(
        [
            Enrolment(
                cohort=cohort,
                person=p,
                plan=plan,
                student_reference=f"L-{n:05}",
                enrolled_on=DAY,
                **given,
            )
            for n, p, plan in zip(numbers, people, plans, strict=True)
        ]
    )
    if organisation:
        posts = Employment.objects.bulk_create(
            [Employment(reference=f"LR-{p.pk}-{k}", person=p) for p in people[::2] for k in (0, 1)]
        )
        EmploymentLine.objects.bulk_create(
            [
                EmploymentLine(
                    employment=post,
                    number=1,
                    organisation=organisation,
                    post="Advocate",
                    nations=["wales"],
                    source="test",
                    starts_on=DAY - timedelta(days=400),
                    ends_on=DAY - timedelta(days=300) if post.reference.endswith("-1") else None,
                )
                for post in posts
            ]
        )
    return made


def shown(pages):
    return [line["enrolment"].pk for page in pages for line in page.context["people"]]


def test_a_cohort_is_paged_by_name_and_nobody_is_lost(cohort, organisation, registrar, signed_in):
    made = people_in(cohort, 120, organisation=organisation)
    client = signed_in(registrar)
    with clock.at(DAY):
        pages = [client.get(f"/registry/cohorts/IMSA-2025-09/?page={n}") for n in range(1, 6)]
        past_the_end = client.get("/registry/cohorts/IMSA-2025-09/?page=99")
    as_python_sorts = sorted(made, key=lambda e: by_family_name(e.person))
    assert shown(pages) == [e.pk for e in as_python_sorts] and len(set(shown(pages))) == 120
    assert [len(page.context["people"]) for page in pages] == [25, 25, 25, 25, 20] and shown(
        [past_the_end]
    ) == shown(pages[4:])
    texts = [page.content.decode() for page in pages]
    assert all("120 people" in text and "Enrolled: 120" in text for text in texts)
    assert (
        "Page 1 of 5" in texts[0]
        and 'rel="next"' in texts[0]
        and 'rel="prev"' not in texts[0]
        and 'rel="next"' not in texts[4]
    )
    posts = [line["posts"] for page in pages for line in page.context["people"]]
    assert sum(map(bool, posts)) == 60 and {len(p) for p in posts} == {0, 1}, (
        "a post that has ended is shown"
    )


def test_a_cohort_is_searched_without_accents_and_links_remember_it(
    cohort, organisation, registrar, signed_in, by
):
    people_in(cohort, 120)
    left = people_in(cohort, 60, begin=120, state="left")
    client, url = signed_in(registrar), "/registry/cohorts/IMSA-2025-09/"
    found = client.get(url, {"q": "zelenski given1", "order": "reference"})
    references = [line["enrolment"].student_reference for line in found.context["people"]]
    assert references == [f"L-{n:05}" for n in range(180) if n % 9 == 0 and n % 7 == 1]
    page = client.get(url, {"q": "l-00", "state": "left", "order": "reference"})
    text = page.content.decode()
    assert (
        shown([page]) == [e.pk for e in left[:25]]
        and "180 people" in text
        and "Enrolled: 120" in text
        and "Left the programme: 60" in text
    )
    assert (
        "?state=left&amp;order=reference&amp;q=l-00&amp;page=2" in text
        and 'href="?state=left&amp;q=l-00&amp;"' in text
    )
    assert (
        'name="state" value="left"' in text
        and 'name="order" value="reference"' in text
        and 'value="l-00"' in text
    )
    nothing = client.get(url, {"q": "’ nobody at all"}).content.decode()
    assert (
        "No one found" in nothing
        and 'value="’ nobody at all"' in nothing
        and "180 people" in nothing
    )
    assert (
        client.get(url, {"q": "\0", "state": "<i>", "order": "x", "page": "²"}).status_code == 200
    )
    rename(left[0].person, by=by, first_name="Uni", last_name="Quely")
    assert shown([client.get(url, {"q": "quely"})]) == [left[0].pk]
    assert not shown([client.get(url, {"q": "zelenski", "state": "completed"})])


@pytest.mark.both_engines
def test_a_cohort_costs_the_same_at_5_and_120_people(
    cohort, organisation, registrar, signed_in, rows_read
):
    client, cost = signed_in(registrar), {}
    for count in (5, 115):
        people_in(cohort, count, begin=Enrolment.objects.count(), organisation=organisation)
        with clock.at(DAY), rows_read() as read:
            assert client.get("/registry/cohorts/IMSA-2025-09/").status_code == 200
        cost[Enrolment.objects.count()] = read
    # twenty-five and their open posts, and what does not grow: session, person, roles, cohort, counts
    assert cost[5].statements == cost[120].statements <= 15 and cost[120].rows <= 25 + 13 + 10


def test_cohorts_are_paged_and_searched(cohort, registrar, signed_in, rows_read):
    Cohort.objects.bulk_create(
        [
            Cohort(
                code=f"C-{n:03}",
                title=f"Intake {n}",
                programme=cohort.programme,
                starts_on=DAY,
                ends_on=DAY + timedelta(days=300),
            )
            for n in range(119)
        ]
    )
    people_in(cohort, 5), people_in(Cohort.objects.get(code="C-007"), 3, begin=5)
    client = signed_in(registrar)
    client.get("/registry/cohorts/")
    with rows_read() as read:
        pages = [client.get("/registry/cohorts/")]
    pages += [client.get(f"/registry/cohorts/?page={n}") for n in range(2, 6)]
    codes = [c.code for page in pages for c in page.context["cohorts"]]
    assert codes == list(Cohort.objects.values_list("code", flat=True)) and len(set(codes)) == 120
    assert read.statements <= 15 and read.rows <= 2 * 25 + 10
    assert {c.code: c.people for page in pages for c in page.context["cohorts"] if c.people} == {
        "IMSA-2025-09": 5,
        "C-007": 3,
    }
    found = client.get("/registry/cohorts/", {"q": "intake c-01"})
    assert [c.code for c in found.context["cohorts"]] == [
        f"C-{n:03}" for n in range(10, 20)
    ] and 'value="intake c-01"' in found.content.decode()
    assert "No cohorts found" in client.get("/registry/cohorts/", {"q": "zzz"}).content.decode()
    kept = client.post(
        "/registry/cohorts/?q=intake&page=2", {"code": "C-001", "title": "Typed twice"}
    ).content.decode()
    assert 'value="Typed twice"' in kept, "what was typed is lost"


@pytest.mark.both_engines
def test_the_people_of_an_organisation_are_paged_by_name(
    organisation, officer, signed_in, rows_read
):
    people = User.objects.bulk_create(
        [
            User(
                email=f"o{n}@test.example",
                first_name=f"Given{n}",
                last_name=FAMILIES[n % len(FAMILIES)],
            )
            for n in range(121)
        ]
    )
    posts = Employment.objects.bulk_create(
        [Employment(reference=f"OR-{p.pk}", person=p) for p in people]
    )
    EmploymentLine.objects.bulk_create(
        [
            EmploymentLine(
                employment=e,
                number=1,
                organisation=organisation,
                post="Advocate",
                nations=["wales"],
                source="test",
                starts_on=DAY,
                ends_on=DAY if n == 120 else None,
            )
            for n, e in enumerate(posts)
        ]
    )
    client = signed_in(officer)
    client.get("/hub/organisations/ORG-01/")
    with clock.at(DAY + timedelta(days=1)):
        with rows_read() as read:
            pages = [client.get("/hub/organisations/ORG-01/")]
        pages += [client.get(f"/hub/organisations/ORG-01/?page={n}") for n in range(2, 6)]
    seen = [line["person"].pk for page in pages for line in page.context["people"]]
    assert seen == [p.pk for p in sorted(people[:120], key=by_family_name)], (
        "or someone whose post ended yesterday is shown"
    )
    assert (
        "Its people today: 120 posts" in pages[0].content.decode()
        and "Page 3 of 5" in pages[2].content.decode()
    )
    assert read.statements <= 15 and read.rows <= 25 + 14
    with clock.at(DAY + timedelta(days=1)):
        past = client.get("/hub/organisations/ORG-01/history/")
    assert [line["person"].pk for line in past.context["posts"]] == [people[120].pk]

"""Scripts are shared out as was shown or not at all, and nobody is given work of somebody they have said they are near to."""

import re
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.marking.actions.allocation import allocate_many
from assessments.marking.actions.interests import declare_interest, lift_interest
from assessments.marking.actions.marks import Conflict, save_marks
from assessments.marking.conflicts import conflicts
from assessments.marking.models import Allocation, DeclaredInterest
from assessments.marking.queries import needing_another_marker
from assessments.marking.sharing import share
from assessments.taking.models import Submission
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import sign_in

URL = "/registry/allocation/share/"


def unchanged():
    rows = [list(model.objects.order_by("pk").values()) for model in (Allocation, DeclaredInterest)]
    states = list(Submission.objects.order_by("pk").values_list("state"))
    return str(rows), states, Entry.objects.count(), Notice.objects.count()


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


@pytest.fixture
def scripts(scene):
    return [scene.hand_in(enrolment=scene.another(n), seed=str(n)) for n in range(4)]


def plan_in(page):
    return re.search(r'name="plan" value="([^"]*)"', page)[1]


# ---- who gets what ----
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is slow
@given(
    count=st.integers(0, 40),
    weights=st.lists(st.integers(1, 60), min_size=2, max_size=6),
    data=st.data(),
)
def test_each_script_has_two_who_may_or_is_said_to_have_none(count, weights, data):
    people = dict(enumerate(weights))
    pairs = st.tuples(st.integers(0, 40), st.sampled_from(sorted(people)))
    barred = data.draw(st.sets(pairs, max_size=30))
    shared, without = share(range(count), people, barred)
    assert sorted([*shared, *without]) == list(range(count))
    for script, (first, second) in shared.items():
        assert first != second and not {(script, first), (script, second)} & barred
    for script in without:
        assert sum((script, person) not in barred for person in people) < 2
    assert share(range(count), people, barred) == (shared, without)


def test_equal_shares_are_equal_and_percent_is_percent():
    shared, _without = share(range(10), {"a": 1, "b": 1, "c": 1})
    held = Counter(person for pair in shared.values() for person in pair)
    assert sorted(held.values()) == [6, 7, 7]
    assert max(Counter(first for first, _ in shared.values()).values()) <= 4
    shared, _without = share(range(100), {"a": 50, "b": 30, "c": 20})
    held = Counter(person for pair in shared.values() for person in pair)
    assert held == {"a": 100, "b": 60, "c": 40}


# ---- the page ----
@pytest.mark.both_engines
def test_what_is_shown_is_what_is_allocated(scene, registrar, scripts):
    before = unchanged()
    query = {"preview": 1, "assessment": "T1-ESSAY"}
    query |= {f"take-{p.pk}": "on" for p in (scene.agnes, scene.tomasz, scene.helen)}
    answer = registrar.get(URL, query)
    page = answer.content.decode()
    assert (
        answer.status_code == 200 and "Allocate these 4 scripts" in page and unchanged() == before
    )
    plan = plan_in(page)
    answer = registrar.post(URL, {"action": "give", "plan": plan, "due_on": ""})
    assert answer.status_code == 302
    given_out = {
        (task.submission.script, task.stage): task.marker_id for task in Allocation.objects.all()
    }
    for line in plan.splitlines():
        script, first, second = line.split(",")
        assert given_out.pop((script, "first")) == int(first)
        assert given_out.pop((script, "second")) == int(second)
    assert not given_out
    held = Counter(Allocation.objects.values_list("marker_id", flat=True))
    assert sorted(held.values()) == [2, 3, 3]
    again = registrar.post(URL, {"action": "give", "plan": plan, "due_on": ""})
    page = again.content.decode()
    assert again.status_code == 409 and page.count("does not wait for markers") == 4
    assert Allocation.objects.count() == 8


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Choose two or more tutors"),
        ({"take": 1}, "Choose two or more tutors"),
        ({"take": 2, "percents": ("60", "")}, "or none of them for equal shares"),
        ({"take": 2, "percents": ("60", "30")}, "they come to 90"),
        ({"take": 2, "percents": ("sixty", "40")}, "Give a whole number from 1 to 100."),
        ({"take": 2, "count": "0"}, "Give a whole number from 1."),
    ],
)
def test_what_cannot_be_shared_so_is_said_in_words(scene, registrar, scripts, asked, words):
    people = [scene.agnes, scene.tomasz]
    query = {"preview": 1, "count": asked.get("count", "")}
    for person, percent in zip(
        people[: asked.get("take", 0)], asked.get("percents", ("", "")), strict=False
    ):
        query |= {f"take-{person.pk}": "on", f"percent-{person.pk}": percent}
    page = registrar.get(URL, query).content.decode()
    assert words in page and 'name="plan"' not in page


def test_one_row_that_cannot_be_given_out_holds_up_all(scene, registrar, scripts):
    declare_interest(by=scene.tomasz, reference="ref-0002")
    query = {"preview": 1, f"take-{scene.agnes.pk}": "on", f"take-{scene.tomasz.pk}": "on"}
    page = registrar.get(URL, query).content.decode()
    assert scripts[2].script in page and "has declared an interest" in page
    assert "Not enough of the chosen tutors" in page and 'name="plan"' not in page
    pair = f"{scene.agnes.pk},{scene.tomasz.pk}"
    before = unchanged()
    plan = "\n".join(f"{s.script},{pair}" for s in scripts)
    answer = registrar.post(URL, {"action": "give", "plan": plan})
    assert answer.status_code == 409 and "Nothing was allocated" in answer.content.decode()
    for odd in ("", "S-0000-0000,1,2", f"{scripts[0].script},x,y", f"{scripts[0].script}"):
        assert registrar.post(URL, {"action": "give", "plan": odd}).status_code == 409
    day = {"action": "give", "plan": f"{scripts[0].script},{pair}", "due_on": "2020-01-01"}
    assert registrar.post(URL, day).status_code == 409
    assert unchanged() == before


def file(*rows, header="script,first,second"):
    return SimpleUploadedFile("plan.csv", "\n".join([header, *rows]).encode(), "text/csv")


def test_a_file_is_shown_by_row_and_written_whole(scene, registrar, scripts):
    emails = "agnes@test.example,tomasz@test.example"
    numbers = [one.script for one in scripts]
    bad = file(
        f"{numbers[0]},{emails}",
        f"{numbers[0]},{emails}",
        f"S-NONE-NONE,{emails}",
        f"{numbers[1]},agnes@test.example,nobody@test.example",
        f"{numbers[2]},agnes@test.example,agnes@test.example",
        f"{numbers[3]},agnes@test.example",
    )
    before = unchanged()
    assert registrar.post(URL, {"file": bad}).headers["Location"] == f"{URL}?file=1"
    page = registrar.get(f"{URL}?file=1").content.decode()
    for row, words in (
        (3, "stands in another row too"),
        (4, "There is no script “S-NONE-NONE”."),
        (5, "There is no tutor “nobody@test.example”."),
        (6, "The two markers must be two people."),
        (7, "There is no tutor “”."),
    ):
        assert re.search(rf"Row {row}</span>: [^<]*{re.escape(words)}", page), (row, words)
    assert 'name="plan"' not in page and unchanged() == before
    good = file(*(f"{n},Given Agnes,Tomasz@test.example" for n in numbers))
    registrar.post(URL, {"file": good})
    page = registrar.get(f"{URL}?file=1").content.decode()
    registrar.post(URL, {"action": "give", "plan": plan_in(page)})
    assert Allocation.objects.filter(stage="first", marker=scene.agnes).count() == 4


@pytest.mark.parametrize("header", ["script;first;second", "a,b,c", "script,first"])
def test_a_file_that_is_no_such_table_is_refused(registrar, header):
    answer = registrar.post(URL, {"file": file("x,y,z", header=header)})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert "script, first and second" in answer.content.decode()
    assert registrar.post(URL, {"file": SimpleUploadedFile("a.csv", b"")}).status_code == 422


def test_nobody_shares_out_to_themselves_or_without_being_a_registrar(scene, registrar, scripts):
    before = unchanged()
    plan = f"{scripts[0].script},{scene.registrar.pk},{scene.agnes.pk}"
    assert registrar.post(URL, {"action": "give", "plan": plan}).status_code == 409
    agnes = sign_in(Client(), scene.agnes)
    assert agnes.get(URL).status_code == 403
    assert agnes.post(URL, {"action": "give", "plan": plan}).status_code == 403
    assert unchanged() == before


@pytest.mark.both_engines
def test_statements_grow_by_two_a_script_at_most(scene):
    def cost(numbers):
        made = [scene.hand_in(enrolment=scene.another(n), seed=str(n)) for n in numbers]
        lines = [(one, scene.agnes, scene.tomasz) for one in made]
        with CaptureQueriesContext(connection) as seen:
            done, refused = allocate_many(lines, by=scene.registrar)
        assert (done, refused) == (len(made), [])
        return len(seen)

    few, many = cost(range(5)), cost(range(5, 25))
    assert many - few <= 2 * 15


# ---- interests ----
@pytest.mark.both_engines
def test_an_interest_is_declared_once_and_honoured(scene, scripts):
    mine, other = scripts[2], scripts[1]
    task = scene.allocate(mine)[1]
    assert not conflicts([mine], [scene.tomasz])
    one = declare_interest(by=scene.tomasz, reference=" Ref-0002 ")
    before = unchanged()
    assert declare_interest(by=scene.tomasz, reference="REF-0002") == one
    assert unchanged() == before
    found = conflicts([mine, other], [scene.tomasz, scene.agnes])
    assert (
        list(found) == [(mine.pk, scene.tomasz.pk)] and "declared an interest" in found.popitem()[1]
    )
    with pytest.raises(Conflict):
        save_marks(task, {"law": 60}, "", by=scene.tomasz)
    assert [row[0].pk for row in needing_another_marker(scene.registrar)] == [task.pk]
    lift_interest(one, by=scene.registrar)
    assert not conflicts([mine], [scene.tomasz])
    declare_interest(by=scene.tomasz, cohort=scene.cohort)
    assert set(conflicts([mine, other], [scene.tomasz])) == {
        (mine.pk, scene.tomasz.pk),
        (other.pk, scene.tomasz.pk),
    }


def test_what_is_declared_tells_nobody_whether_there_is_such_a_person(scene, scripts):
    tomasz = sign_in(Client(), scene.tomasz)
    pages = []
    for reference in ("REF-0002", "REF-9999"):
        answer = tomasz.post("/marking/interests/", {"reference": reference}, follow=True)
        pages.append(re.sub(r"REF-\d+|value=\"[^\"]*\"", "", answer.content.decode()))
    assert pages[0].count("<tr>") + 1 == pages[1].count("<tr>")
    assert (
        "Trainee2" not in pages[0]
        and "It is declared." in pages[0]
        and "It is declared." in pages[1]
    )


def test_only_a_registrar_lifts_an_interest_and_only_a_marker_declares_one(scene):
    one = declare_interest(by=scene.tomasz, reference="REF-0002")
    before = unchanged()
    for someone in (scene.tomasz, scene.agnes, scene.author):
        with pytest.raises(NotAllowed):
            lift_interest(one, by=someone)
    with pytest.raises(NotAllowed):
        declare_interest(by=scene.registrar, reference="REF-0002")
    for facts in ({}, {"cohort": scene.cohort, "reference": "X"}, {"reference": "x" * 41}):
        with pytest.raises(Refused):
            declare_interest(by=scene.tomasz, **facts)
    assert unchanged() == before
    registrar = sign_in(Client(), scene.registrar)
    assert "REF-0002" in registrar.get("/registry/interests/").content.decode()
    registrar.post("/registry/interests/", {"interest": one.pk})
    registrar.post("/registry/interests/", {"interest": one.pk})
    one.refresh_from_db()
    assert one.lifted_by == scene.registrar
    assert sign_in(Client(), scene.agnes).get("/registry/interests/").status_code == 403

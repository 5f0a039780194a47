"""One place for the week: everything with a day, each once, what is overdue first; what is saved for later keeps its date."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.trainee.queries import enrolment_of
from assessments.trainee.week import dates_of
from benchmarks.scale import more_units
from cohorts.enrolment.actions import interrupt, leave, set_timetable
from courses.actions import mark_studied, take_later, take_now
from courses.actions.sessions import arrange_session
from courses.models import Timetable, Unit
from lms.kit import clock
from lms.people.actions import grant
from lms.people.models import Role
from tests import shared

from .scene import DAY, OP, Scene, sign_in
from .test_own_pages import main, top_up

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
TEACHING = datetime(2026, 11, 24, 16, 0, tzinfo=LONDON)


def beginning():
    """Five units: one overdue, two to finish in the week, one later, one without a date; a session in the week; an essay due."""
    with clock.at(DAY):
        scene = Scene()
        scene.versions = more_units(5)
        scene.units = list(Unit.objects.filter(code__startswith="B-").order_by("order"))
        ends = [date(2026, 11, 16), date(2026, 11, 24), date(2026, 11, 24), date(2026, 12, 24)]
        set_timetable(
            scene.cohort,
            {
                unit.pk: (date(2026, 9, 1), end)
                for unit, end in zip(scene.units, [*ends, None], strict=True)
            },
            by=scene.registrar,
        )
        grant(scene.author, Role.LEARNER, by=OP)
        arrange_session(
            Timetable.objects.get(),
            scene.units[3],
            by=scene.agnes,
            starts_at=TEACHING,
            where="Room 4",
        )
        scene.due(scene.essay, datetime(2026, 11, 26, 17, 0, tzinfo=LONDON))
        scene.due(scene.portfolio, datetime(2027, 2, 1, 17, 0, tzinfo=LONDON))
    return scene


@pytest.fixture
@shared.begins_with(beginning)
def scene(db, on_the_day):
    return shared.copy_of(beginning)


def home(scene):
    return main(sign_in(Client(), scene.author), "/study/")


def week(page):
    return page[page.index('id="week-title"') : page.index("All your dates")]


def test_the_home_shows_everything_of_the_week_once_and_what_is_overdue_first(scene):
    page = home(scene)
    shown = week(page)
    # The essay is due within two weeks, so it is the card.
    assert "An essay on one year" in page.split('id="week-title"')[0]
    found = re.findall(r'<li><a href="[^"]*">(.*?)</a>', shown)
    assert found == ["Unit 0", "Unit 3", "Unit 1", "Unit 2"]
    assert "Was due on Monday 16 November 2026." in shown and shown.count("Overdue") == 1
    assert shown.count("Finish by Tuesday 24 November 2026.") == 2
    assert "Tuesday 24 November 2026, 16:00 GMT." in shown and "Room 4" in shown
    assert "Also this week" in shown and "A portfolio" not in shown


def test_all_dates_stand_on_one_page_in_few_queries(scene):
    client = sign_in(Client(), scene.author)
    client.get("/study/dates/")
    with CaptureQueriesContext(connection) as asked:
        page = main(client, "/study/dates/")
    assert len(asked) <= 15
    order = ["Overdue", "Unit 0", "Unit 1", "An essay on one year", "After that", "A portfolio"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    assert page.count("An essay on one year") == 1 and "Unit 4" not in page


def test_the_home_asks_one_question_more_for_it(scene, monkeypatch):
    client = sign_in(Client(), scene.author)
    client.get("/study/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/study/")
    of_sessions = [one for one in asked if 'FROM "courses_session"' in one["sql"]]
    assert len(of_sessions) == 1
    assert not any('FROM "people_notice"' in one["sql"][:40] for one in asked)


def test_what_is_done_goes_and_nothing_is_asked_of_who_is_away_or_has_left(scene):
    mark_studied(scene.author, scene.versions[0], by=scene.author)
    scene.hand_in(scene.essay)
    titles = [line.title for line in dates_of(enrolment_of(scene.author))]
    assert "Unit 0" not in titles and "An essay on one year" not in titles and "Unit 1" in titles
    interrupt(scene.enrolment, by=scene.registrar)
    assert dates_of(enrolment_of(scene.author)) == []
    assert 'id="week-title"' not in home(scene)
    page = main(sign_in(Client(), scene.author), "/study/dates/")
    assert "No dates now" in page


def test_who_left_has_no_dates(scene):
    leave(scene.enrolment, by=scene.registrar)
    assert dates_of(enrolment_of(scene.author)) == []


def test_law_to_read_within_the_week_is_said_once(scene):
    top_up(scene, ["scotland"], "First law", DAY + timedelta(days=3))
    top_up(scene, ["scotland"], "Second law", DAY + timedelta(days=5))
    top_up(scene, ["wales"], "Elsewhere", DAY + timedelta(days=5))
    page = home(scene)
    assert page.count("First law") == 1 and page.count("Second law") == 1
    assert "Read it by Wednesday 25 November 2026." in week(page)
    assert "Elsewhere" not in week(page), "nothing of theirs waits for it"


def test_saved_for_later_keeps_its_date_and_stays_on_the_home(scene):
    variant = scene.versions[1].variant
    take_later(scene.author, variant, by=scene.author)
    module = main(sign_in(Client(), scene.author), f"/study/modules/{scene.two.code}/")
    assert (
        "Saved for later. About 4 minutes, to finish by Tuesday 24 November 2026" in module
        or re.search(
            r"Saved for later\. About \d+ minutes, to finish by Tuesday 24 November 2026", module
        )
    )
    shown = week(home(scene))
    line = re.search(r"<li><a [^>]*>Unit 1</a>.*?</li>", shown, re.S)[0]
    assert "Saved for later" in line and "Finish by Tuesday 24 November 2026." in line
    # One that is not of this week stands in a list of its own, with its date, and nowhere twice.
    take_later(scene.author, scene.versions[3].variant, by=scene.author)
    take_later(scene.author, scene.versions[4].variant, by=scene.author)
    page = home(scene)
    later = page[page.index('id="later-title"') :]
    assert "Finish by Thursday 24 December 2026." in later and "It has no date." in later
    assert later.count("Unit 1<") == 0
    before = {line.key for line in dates_of(enrolment_of(scene.author))}
    take_now(scene.author, variant, by=scene.author)
    assert {line.key for line in dates_of(enrolment_of(scene.author))} == before


def test_a_session_of_yesterday_is_gone_and_one_that_is_on_stays(scene):
    with clock.at(TEACHING + timedelta(minutes=20)):
        assert any(line.kind == "session" for line in dates_of(enrolment_of(scene.author)))
    with clock.at(TEACHING + timedelta(days=1)):
        assert not any(line.kind == "session" for line in dates_of(enrolment_of(scene.author)))


def test_every_unit_says_what_is_recorded_and_can_be_saved_for_later(scene):
    """Also one without a content note."""
    client = sign_in(Client(), scene.author)
    variant = scene.versions[1].variant
    page = client.get(variant.get_absolute_url()).content.decode()
    assert not scene.versions[1].content_note
    assert "we record that you opened this unit" in page and "Save for later" in page

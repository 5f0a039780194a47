"""What is kept for a set time goes when it is over, in parts, and nothing before; what was done stays."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from lms.kit import clearing, clock
from lms.people.actions import tell
from lms.people.invitations import is_new
from lms.people.models import Notice, Recovery, Role, User
from lms.people.retention import clear_old_messages, clear_old_recoveries, round_old_sign_ins
from lms.record.models import Entry
from tests.people.scene import BY, client_of, people_of
from tests.shared import begins_with, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
DAY = timedelta(days=1)
WORDS = "Your claim was refused, because the letter was not signed."

make_people = partial(people_of, ada=Role.LEARNER, rita=Role.REGISTRAR, other=Role.REGISTRAR)


@pytest.fixture
@begins_with(make_people)
def people():
    return copy_of(make_people)


def written(person, days_ago):
    told = tell(person, "A decision on your claim", WORDS, "/me/")
    Notice.objects.filter(pk=told.pk).update(written_at=clock.now() - days_ago * DAY)
    return told.pk


def entries(action):
    return [(e.thing, e.after) for e in Entry.objects.filter(action=action)]


def test_the_text_of_a_message_goes_after_two_years_and_the_rest_stays(people, monkeypatch):
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    monkeypatch.setattr(clearing, "rest", lambda took: None)
    old = [written(people["ada"], days) for days in (732, 800, 3000)]
    young = written(people["ada"], 729)
    assert [clear_old_messages(by=BY) for _twice in range(2)] == [3, 0]
    assert set(Notice.objects.filter(body="").values_list("pk", flat=True)) == set(old)
    assert Notice.objects.get(pk=young).body == WORDS
    assert entries("people.clear_old_messages") == [
        ("people.notice", {"rows": 2}),
        ("people.notice", {"rows": 1}),
    ]
    text = client_of(people["ada"]).get("/me/messages/").content.decode()
    assert text.count("A decision on your claim</h2>") == 4 and text.count(WORDS) == 1
    assert text.count("We removed the text of this message") == 3


def test_only_the_year_of_an_old_sign_in_stays_and_nobody_is_new_by_it(people):
    ada, rita, never = (people[key] for key in ("ada", "rita", "other"))
    now = clock.now()
    User.objects.filter(pk=ada.pk).update(last_login=now - 400 * DAY)
    User.objects.filter(pk=rita.pk).update(last_login=now - 364 * DAY)
    assert [round_old_sign_ins(by=BY) for _twice in range(2)] == [1, 0]
    [person.refresh_from_db() for person in (ada, rita, never)]
    local = timezone.localtime(ada.last_login)
    assert local.date() == timezone.localtime(now - 400 * DAY).date().replace(month=1, day=1)
    assert (local.hour, local.minute, local.second) == (0, 0, 0) and not is_new(ada)
    assert rita.last_login == now - 364 * DAY and never.last_login is None


def test_how_it_was_checked_who_asks_goes_six_years_after_it_was_decided(people):
    facts = {"opened_by": people["rita"], "how_checked": "I know their voice."}
    then = clock.now() - 2200 * DAY
    done = Recovery.objects.create(
        person=people["ada"], confirmed_by=people["other"], confirmed_at=then, **facts
    )
    waits = Recovery.objects.create(person=people["ada"], opened_at=then, **facts)
    assert [clear_old_recoveries(by=BY) for _twice in range(2)] == [1, 0]
    [one.refresh_from_db() for one in (done, waits)]
    assert (done.how_checked, waits.how_checked) == ("", "I know their voice.")
    assert done.confirmed_by == people["other"]


def test_two_years_and_six_end_on_a_day_that_is_there():
    with clock.at(clock.now().replace(year=2028, month=2, day=29)):
        assert clearing.years_before(1).date().isoformat() == "2027-02-28"
        assert clearing.years_before(4).date().isoformat() == "2024-02-29"

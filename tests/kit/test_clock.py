"""The day is London's, whatever the server's or the database's zone says."""

from datetime import UTC, date, datetime

import pytest

from lms.kit import clock


@pytest.mark.parametrize(
    "moment, day",
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 1, 1, 23, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 2, 0, 0, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_london(moment, day):
    with clock.at(moment):
        assert clock.today() == day


def test_the_clock_of_a_real_installation_is_set_by_nobody(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(RuntimeError), clock.at(date(2026, 1, 1)):
        raise AssertionError("the clock was set")

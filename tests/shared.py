"""What a test begins with, made once for the tests of a file that follow each other.

It stands in a transaction of its own, in which each test has one more that is taken back, and
each test is given a copy of the Python objects. A test that commits, or that begins with an
empty database, ends it; the next that wants it makes it anew.
"""

import copy

from django.db import transaction

_open: dict = {}


def begins_with(make):
    """Below `@pytest.fixture`: whoever asks for this fixture begins with what `make()` gives."""

    def mark(fixture):
        fixture.begins_with = make
        return fixture

    return mark


def begin_for(item, blocker) -> None:
    """Called when the database of a test is about to be set up."""
    wanted = None if _commits(item) else _wanted(item)
    place = (item.path, wanted)
    if _open and _open["place"] != place:
        end(blocker)
    if wanted and not _open:
        with blocker.unblock():
            around = transaction.atomic()
            around._from_testcase = True
            around.__enter__()
            _open.update(place=place, around=around)
            try:
                _open["begins_with"] = wanted()
            except BaseException:
                end(blocker)
                raise


def end(blocker) -> None:
    if _open:
        around = _open["around"]
        _open.clear()
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def copy_of(make):
    """What `make` gives: a copy of what stands already, or made now where the test stands alone."""
    return copy.deepcopy(_open["begins_with"]) if _open else make()


def _wanted(item):
    for name in item.fixturenames:
        found = item._fixtureinfo.name2fixturedefs.get(name, ())
        if found and (make := getattr(found[-1].func, "begins_with", None)):  # the nearest counts
            return make
    return None


def _commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(
        marker and (marker.kwargs.get("transaction") or marker.kwargs.get("databases"))
    )

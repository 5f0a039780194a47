import pytest

from lms.kit import clock
from tests import shared

from .scene import DAY, Scene


@pytest.fixture
def on_the_day():
    with clock.at(DAY):
        yield


def university():
    with clock.at(DAY):
        return Scene()


@pytest.fixture
@shared.begins_with(university)
def scene(db, on_the_day):
    return shared.copy_of(university)

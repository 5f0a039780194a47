import pytest

from lms.kit import clock

from .scene import DAY, Scene


@pytest.fixture
def on_the_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def scene(db, on_the_day):
    return Scene()

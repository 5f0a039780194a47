import pytest

from certificates.signing import keys

from . import scene


@pytest.fixture(autouse=True)
def forgotten_keys():
    """A key remembered in one test's database is not in the next one's."""
    yield
    keys._remembered.clear()


@pytest.fixture
def employer():
    """Somebody who acts for Harbour House."""
    return scene.contact()


@pytest.fixture
def where(employer):
    return employer.contacts.get().organisation

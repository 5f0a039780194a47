import pytest

from certificates import keys


@pytest.fixture(autouse=True)
def forgotten_keys():
    """A key remembered in one test's database is not in the next one's."""
    yield
    keys._remembered.clear()

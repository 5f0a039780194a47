"""Tests of this room sign in often; no test inherits the limits another one used up."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()

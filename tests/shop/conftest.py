"""Who speaks the REST API."""

import pytest

from tests.support.api import STAFF, client_of


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def staff(clerk):
    return client_of(clerk, *STAFF)

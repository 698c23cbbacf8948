"""Clients of the REST API: a shopper and staff."""

import pytest

from tests.support.api import STAFF, client_of


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def staff(clerk):
    return client_of(clerk, *STAFF)

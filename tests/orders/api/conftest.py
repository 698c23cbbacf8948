"""Clients of the REST API of orders."""

import pytest

from tests.support.api import client_of


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")

"""Clients of the REST API of warehouses."""

import pytest

from tests.support.api import client_of


@pytest.fixture
def packer(clerk):
    return client_of(clerk, "fulfilment:write")


@pytest.fixture
def storekeeper(clerk):
    return client_of(clerk, "stock:write")


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")

"""Clients of the REST API of warehouses."""

import pytest

from tests.support.api import client_of
from tests.support.factories import given_stock
from tests.support.stories import order_and_assign
from warehouses.models import WarehouseOrder


@pytest.fixture
def packer(clerk):
    return client_of(clerk, "fulfilment:write")


@pytest.fixture
def storekeeper(clerk):
    return client_of(clerk, "stock:write")


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def parcel(alice, lamp, rug, seattle) -> WarehouseOrder:
    """Alice's parcel of three lamps and two rugs, of which Seattle has no more."""
    given_stock({lamp: 3, rug: 2}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 3, rug: 2})
    return parcel


@pytest.fixture
def act(packer, parcel):
    """Return a function that posts to a verb of the parcel."""

    def post(verb: str, body=None, **headers):
        url = f"/api/v1/warehouse-orders/{parcel.pk}/{verb}/"
        return packer.post(url, body or {}, headers=headers)

    return post


@pytest.fixture
def stocked(lamp, rug, seattle, dallas):
    """Nine lamps and five rugs in Seattle, nothing in Dallas."""
    given_stock({lamp: 9, rug: 5}, seattle)

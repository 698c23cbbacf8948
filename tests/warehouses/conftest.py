"""Fixtures: warehouses far apart, and assignment by cost."""

import pytest

from tests.support.factories import WarehouseFactory

SEATTLE = {"latitude": 47.6, "longitude": -122.3}
NEW_YORK = {"latitude": 40.7, "longitude": -74.0}


@pytest.fixture
def by_cost(settings):
    settings.ASSIGNMENT_STRATEGY = "cheapest"


@pytest.fixture
def west(db):
    return WarehouseFactory(code="WEST", name="West", **SEATTLE)


@pytest.fixture
def east(db):
    return WarehouseFactory(code="EAST", name="East", **NEW_YORK)

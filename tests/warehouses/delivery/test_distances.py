"""Locations of postal codes and warehouses, and unknown ones."""

import pytest

from tests.support.factories import WarehouseFactory
from warehouses.assignment.context import AssignmentContext
from warehouses.delivery.distances import (
    great_circle_km,
    km_between,
    locate_postal_code,
    locate_warehouse,
)


def test_a_code_has_the_coordinates_of_the_library():
    assert locate_postal_code("US", " 98109-1234") == (47.6339, -122.3476)


@pytest.mark.parametrize(
    ("unlocated", "neighbour"), [("95214", "95202"), ("90085", "90012"), ("11805", "11801")]
)
def test_a_code_without_coordinates_lies_amid_the_others_of_its_area(unlocated, neighbour):
    location, nearby = (
        locate_postal_code("US", unlocated),
        locate_postal_code("US", neighbour),
    )

    assert great_circle_km(*location, *nearby) < 50


@pytest.mark.parametrize("code", ["09001", "96201", "34030", "88888", "00000", "99999", "9810", ""])
def test_codes_of_troops_abroad_and_invalid_codes_have_no_location(code):
    assert locate_postal_code("US", code) is None


@pytest.mark.django_db
def test_a_warehouse_without_coordinates_lies_at_its_postal_code():
    with_coordinates = WarehouseFactory(postal_code="98109", latitude=40.0, longitude=-100.0)
    with_code = WarehouseFactory(postal_code="98109", latitude=None, longitude=None)
    unlocated = WarehouseFactory(postal_code="00000", latitude=None, longitude=None)

    warehouses = (with_coordinates, with_code, unlocated)
    assert [locate_warehouse(warehouse) for warehouse in warehouses] == [
        (40.0, -100.0),
        (47.6339, -122.3476),
        None,
    ]
    assert km_between(unlocated, (40.0, -100.0)) is None


@pytest.mark.django_db
def test_a_warehouse_at_an_unknown_distance_is_in_the_farthest_zone():
    WarehouseFactory(postal_code="00000", latitude=None, longitude=None)

    [candidate] = AssignmentContext([]).candidates_for(1, {"country": "US", "postal_code": "98109"})

    assert (candidate.distance, candidate.zone) == (None, 7)

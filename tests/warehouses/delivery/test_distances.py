"""Where codes and warehouses lie, and what is known of those that nobody has placed."""

import pytest

from tests.support.factories import WarehouseFactory
from warehouses.assignment.context import AssignmentContext
from warehouses.delivery.distances import coordinates_of, great_circle_km, km_from, place_of


def test_a_code_lies_where_the_library_says():
    assert coordinates_of("US", " 98109-1234") == (47.6339, -122.3476)


@pytest.mark.parametrize(
    ("unplaced", "neighbour"), [("95214", "95202"), ("90085", "90012"), ("11805", "11801")]
)
def test_a_code_of_no_place_lies_where_the_others_of_its_area_do(unplaced, neighbour):
    here, there = coordinates_of("US", unplaced), coordinates_of("US", neighbour)

    assert great_circle_km(*here, *there) < 50


@pytest.mark.parametrize("code", ["09001", "96201", "34030", "88888", "00000", "99999", "9810", ""])
def test_troops_abroad_and_what_is_no_code_lie_nowhere(code):
    assert coordinates_of("US", code) is None


@pytest.mark.django_db
def test_a_warehouse_lies_at_its_postal_code_unless_somebody_says_more():
    told = WarehouseFactory(postal_code="98109", latitude=40.0, longitude=-100.0)
    untold = WarehouseFactory(postal_code="98109", latitude=None, longitude=None)
    nowhere = WarehouseFactory(postal_code="00000", latitude=None, longitude=None)

    assert [place_of(one) for one in (told, untold, nowhere)] == [
        (40.0, -100.0),
        (47.6339, -122.3476),
        None,
    ]
    assert km_from(nowhere, (40.0, -100.0)) is None


@pytest.mark.django_db
def test_where_nobody_knows_how_far_it_is_the_zone_is_the_farthest():
    WarehouseFactory(postal_code="00000", latitude=None, longitude=None)

    [met] = AssignmentContext([]).candidates_for(1, {"country": "US", "postal_code": "98109"})

    assert (met.distance, met.zone) == (None, 7)

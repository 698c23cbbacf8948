"""Picking short, putting back and moving warehouse orders over the API."""

import pytest

from shop.integrations.models import Event
from tests.support.api import client_of, if_match, problem_of
from tests.support.factories import given_stock, stock_left
from tests.warehouses.api.parcel_state import state_of, url_of
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Decision, StockMovement

pytestmark = pytest.mark.usefixtures("conserved")

PICKED = {"assigned_to": "Truck 7"}


def units_of(answer) -> dict[str, int]:
    return {line["name"]: line["quantity"] for line in answer.json()["items"]}


# Picking


def test_a_short_pick_takes_the_parcel_along_without_what_was_not_found(act, parcel, clerk, lamp):
    answer = act("pick", {**PICKED, "found": [{"sku": "LAMP", "quantity": 1}]})

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["assigned_to"]) == ("picked", "Truck 7")
    assert units_of(answer) == {"Brass desk lamp": 1, "Wool rug": 2}
    [counted] = StockMovement.objects.filter(kind="recounted")
    assert (counted.item, counted.physical_change, counted.author) == (lamp, -2, clerk)


def test_the_same_short_pick_again_changes_nothing(act, parcel):
    body = {**PICKED, "found": [{"sku": "LAMP", "quantity": 1}]}
    act("pick", body)
    before = state_of(parcel)

    again = act("pick", body)

    assert again.status_code == 200
    assert state_of(parcel) == before


def test_a_parcel_of_which_nothing_was_found_is_cancelled(act):
    found = [{"sku": "LAMP", "quantity": 0}, {"sku": "RUG", "quantity": 0}]

    assert act("pick", {**PICKED, "found": found}).json()["status"] == "cancelled"
    assert problem_of(act("pick", PICKED)) == (409, "order-cancelled")


def test_lines_that_were_found_whole_may_be_named(act):
    answer = act("pick", {**PICKED, "found": [{"sku": "LAMP", "quantity": 3}]})

    assert units_of(answer) == {"Brass desk lamp": 3, "Wool rug": 2}


def test_another_picker_is_refused_by_the_first_ones_name(act, parcel):
    assert act("pick", PICKED).status_code == 200
    assert act("pick", PICKED).status_code == 200
    before = state_of(parcel)

    answer = act("pick", {"assigned_to": "Truck 8"})

    assert problem_of(answer) == (409, "already-picked")
    assert answer.json()["assigned_to"] == "Truck 7"
    assert state_of(parcel) == before


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ([{"sku": "LAMP", "quantity": 4}], 3),
        ([{"sku": "LAMP", "quantity": 1}, {"sku": "RUG", "quantity": 3}], 2),
        ([{"item_id": 10**9, "quantity": 1}], 0),
        ([{"item_id": 10**9, "quantity": 0}], 0),
    ],
)
def test_more_than_the_parcel_has_is_not_found(act, parcel, found, left):
    before = state_of(parcel)

    answer = act("pick", {**PICKED, "found": found})

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == left
    assert state_of(parcel) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"assigned_to": ""},
        {"assigned_to": None},
        {"assigned_to": "x" * 121},
        {"assigned_to": "a\x00b"},
        {**PICKED, "found": []},
        {**PICKED, "found": None},
        {**PICKED, "found": {"LAMP": 1}},
        {**PICKED, "found": [{"sku": "LAMP", "quantity": -1}]},
        {**PICKED, "found": [{"sku": "LAMP", "quantity": 0.5}]},
        {**PICKED, "found": [{"sku": "LAMP", "quantity": "1"}]},
        {**PICKED, "found": [{"sku": "LAMP"}]},
        {**PICKED, "found": [{"sku": "GONE", "quantity": 1}]},
        {**PICKED, "found": [{"sku": "LAMP", "quantity": 1}, {"sku": "LAMP", "quantity": 1}]},
        {**PICKED, "missing": 1},
    ],
)
def test_a_pick_that_makes_no_sense_is_refused(act, parcel, body):
    before = state_of(parcel)

    assert problem_of(act("pick", body)) == (422, "validation-error")
    assert state_of(parcel) == before


def test_a_short_pick_is_made_once_with_a_key(act, parcel):
    body = {**PICKED, "found": [{"sku": "LAMP", "quantity": 1}]}

    answers = [act("pick", body, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()


# Putting back


def test_a_picked_parcel_is_put_back(act):
    act("pick", PICKED)

    answers = [act("unpick") for _ in range(2)]

    assert [answer.json()["status"] for answer in answers] == ["assigned"] * 2
    assert (answers[0].json()["assigned_to"], answers[0].json()["picked_at"]) == ("", None)
    assert act("pick", {"assigned_to": "Truck 8"}).status_code == 200


def test_what_has_shipped_is_not_put_back(act, parcel):
    act("pick", PICKED)
    act("ship")
    before = state_of(parcel)

    assert problem_of(act("unpick")) == (409, "order-already-shipped")
    assert problem_of(act("pick", {"assigned_to": "Truck 8"})) == (409, "already-picked")
    assert state_of(parcel) == before
    assert problem_of(act("unpick", {"reason": "late"})) == (422, "validation-error")


# Moving


def test_another_warehouse_ships_it(act, packer, parcel, clerk, lamp, rug, dallas):
    given_stock({lamp: 5, rug: 5}, dallas)

    answer = act("move", {"warehouse": "DAL1", "reason": "The line is down"})

    assert answer.status_code == 200
    new = answer.json()
    assert (new["warehouse"], new["status"], new["is_overruled"]) == ("DAL1", "assigned", True)
    assert units_of(answer) == {"Brass desk lamp": 3, "Wool rug": 2}
    assert packer.get(url_of(parcel)).json()["status"] == "cancelled"
    assert answer["ETag"] == packer.get(f"/api/v1/warehouse-orders/{new['id']}/")["ETag"]
    assert Decision.objects.filter(kind="overruled").count() == 1
    moved = parcel.order.changes.get(kind="moved")
    assert (moved.author, moved.reason) == (clerk, "The line is down")


def test_a_move_is_told_to_the_customer_and_as_an_event(act, parcel, shopper, lamp, rug, dallas):
    given_stock({lamp: 5, rug: 5}, dallas)

    act("move", {"warehouse": "DAL1", "reason": "The line is down"})

    entries = shopper.get(f"/api/v1/orders/{parcel.order.number}/").json()["timeline"]
    assert ("moved", "staff") in [(entry["type"], entry["author"]) for entry in entries]
    [event] = Event.objects.filter(type="order.changed")
    assert event.data["changed"] == "moved"


def test_a_warehouse_without_the_units_does_not_ship_it(act, parcel, lamp, rug, dallas):
    given_stock({lamp: 5, rug: 1}, dallas)
    before = state_of(parcel)

    answer = act("move", {"warehouse": "DAL1", "reason": "Nearer"})

    assert problem_of(answer) == (409, "insufficient-stock")
    names = ("item_id", "wanted", "left")
    assert tuple(answer.json()[name] for name in names) == (rug.pk, 2, 1)
    assert state_of(parcel) == before


def test_it_is_moved_to_another_open_warehouse_only(act, parcel, dallas, lamp, rug):
    given_stock({lamp: 5, rug: 5}, dallas)
    close_warehouse(warehouse_id=dallas.pk)
    before = state_of(parcel)

    same = act("move", {"warehouse": "SEA1", "reason": "Nearer"})
    closed = act("move", {"warehouse": "DAL1", "reason": "Nearer"})

    assert problem_of(same) == (409, "same-warehouse")
    assert problem_of(closed) == (409, "warehouse-closed")
    assert closed.json()["warehouse"] == "DAL1"
    assert state_of(parcel) == before


def test_what_was_picked_shipped_or_moved_is_not_moved(act, parcel, dallas, lamp, rug):
    given_stock({lamp: 5, rug: 5}, dallas)
    body = {"warehouse": "DAL1", "reason": "Nearer"}
    act("pick", PICKED)

    picked = act("move", body)
    act("unpick")
    moved = [act("move", body) for _ in range(2)]

    assert problem_of(picked) == (409, "already-picked")
    assert moved[0].status_code == 200
    assert problem_of(moved[1]) == (409, "order-cancelled")


def test_what_has_shipped_is_not_moved(act, dallas):
    act("ship")

    answer = act("move", {"warehouse": "DAL1", "reason": "Nearer"})

    assert problem_of(answer) == (409, "order-already-shipped")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": "MOON", "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": "", "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": None, "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": 5, "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": ["DAL1"], "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": "a\x00b", "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": "x" * 300, "reason": "Nearer"}, "#/warehouse"),
        ({"warehouse": "DAL1"}, "#/reason"),
        ({"warehouse": "DAL1", "reason": " "}, "#/reason"),
        ({"warehouse": "DAL1", "reason": "x" * 501}, "#/reason"),
        ({"warehouse": "DAL1", "reason": "a\x00b"}, "#/reason"),
        ({"warehouse": "DAL1", "reason": "Nearer", "items": []}, "#/items"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(act, parcel, dallas, body, pointer):
    before = state_of(parcel)

    answer = act("move", body)

    assert problem_of(answer) == (422, "validation-error")
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert state_of(parcel) == before


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("pick", PICKED),
        ("unpick", {}),
        ("move", {"warehouse": "DAL1", "reason": "x"}),
        ("ship", {"tracking": "1Z"}),
    ],
)
def test_every_verb_honours_the_version_the_id_and_the_scope(
    act, packer, parcel, mallory, dallas, lamp, rug, verb, body
):
    given_stock({lamp: 5, rug: 5}, dallas)
    before = state_of(parcel)

    stale = act(verb, body, **if_match('"0.0"'))
    unknown = packer.post(f"/api/v1/warehouse-orders/999999999/{verb}/", body)
    others = client_of(mallory, "shopper", "stock:write", "orders:write")
    forbidden = others.post(f"{url_of(parcel)}{verb}/", body)
    misspelt = packer.post(f"{url_of(parcel)}{verb}/?force=1", body)

    assert problem_of(stale) == (412, "precondition-failed")
    assert problem_of(unknown) == (404, "not-found")
    assert problem_of(forbidden) == (403, "permission-denied")
    assert problem_of(misspelt) == (422, "unknown-parameter")
    assert state_of(parcel) == before
    assert stock_left(lamp, rug) == (5, 5)

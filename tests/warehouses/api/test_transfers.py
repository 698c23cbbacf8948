"""Transfers over the API: drafted, sent, received in parts, written off and cancelled."""

import pytest

from catalog.models import Item
from shop.integrations.models import Event
from tests.support.api import client_of, problem_of
from tests.support.factories import stock_left
from tests.support.stories import order
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Shortfall, StockMovement, Transfer, WarehouseStock

pytestmark = pytest.mark.usefixtures("conserved")

URL = "/api/v1/transfers/"


def body_of(**fields) -> dict:
    lines = [{"sku": "LAMP", "quantity": 4}, {"sku": "RUG", "quantity": 2}]
    return {"from": "SEA1", "to": "DAL1", "items": lines, **fields}


@pytest.fixture
def draft(storekeeper, stocked) -> str:
    """Return the address of the draft of a transfer of four lamps and two rugs."""
    return f"{URL}{storekeeper.post(URL, body_of()).json()['id']}/"


@pytest.fixture
def sent(storekeeper, draft) -> str:
    storekeeper.post(f"{draft}send/")
    return draft


def units_of(answer) -> dict[str, tuple[int, ...]]:
    """Return (sent, arrived, lost, outstanding) by sku."""
    names = ("quantity", "arrived_quantity", "lost_quantity", "outstanding_quantity")
    return {line["sku"]: tuple(line[name] for name in names) for line in answer.json()["items"]}


def shelves() -> list[tuple]:
    rows = WarehouseStock.objects.order_by("warehouse__code", "item")
    return list(rows.values_list("warehouse__code", "physical_stock", "available_stock"))


def test_a_draft_moves_nothing(storekeeper, stocked, clerk, lamp, rug):
    answer = storekeeper.post(URL, body_of(reference="TRUCK-42"))

    assert answer.status_code == 201
    transfer = Transfer.objects.get()
    assert answer.json() == {
        "id": transfer.pk,
        "from": "SEA1",
        "to": "DAL1",
        "status": "draft",
        "reference": "TRUCK-42",
        "loss_reason": "",
        "items": [
            {
                **{"item_id": item.pk, "sku": item.sku, "name": item.name, "quantity": quantity},
                **{"arrived_quantity": 0, "lost_quantity": 0, "outstanding_quantity": quantity},
                "promised_quantity": 0,
            }
            for item, quantity in ((lamp, 4), (rug, 2))
        ],
        "created_at": answer.json()["created_at"],
        "sent_at": None,
        "closed_at": None,
    }
    assert transfer.author == clerk
    assert stock_left(lamp, rug) == (9, 5)
    assert storekeeper.get(f"{URL}{transfer.pk}/").json() == answer.json()
    assert not Event.objects.filter(type__startswith="transfer").exists()


def test_it_is_sent_once(storekeeper, draft, lamp, rug, clerk):
    first, again = (storekeeper.post(f"{draft}send/") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == "sent"
    assert again.json() == first.json()
    assert stock_left(lamp, rug) == (5, 3)
    assert shelves() == [("SEA1", 5, 5), ("SEA1", 3, 3)]
    movements = StockMovement.objects.filter(kind="sent")
    assert [(m.physical_change, m.author) for m in movements] == [(-2, clerk), (-4, clerk)]


def test_it_arrives_in_parts(storekeeper, sent, lamp, rug):
    some = storekeeper.post(f"{sent}receive/", {"items": [{"sku": "LAMP", "quantity": 3}]})
    lines = [{"item_id": lamp.pk, "quantity": 1}, {"item_id": rug.pk, "quantity": 2}]
    rest = storekeeper.post(f"{sent}receive/", {"items": lines})

    assert some.json()["status"] == "partially_arrived"
    assert units_of(some) == {"LAMP": (4, 3, 0, 1), "RUG": (2, 0, 0, 2)}
    assert (rest.json()["status"], rest.json()["closed_at"] is None) == ("arrived", False)
    assert stock_left(lamp, rug) == (9, 5)


def test_what_does_not_arrive_is_written_off_with_a_reason(storekeeper, sent, lamp, rug):
    body = {
        "items": [{"sku": "LAMP", "quantity": 3}],
        **{"is_complete": True, "reason": "Fell off the truck"},
    }

    answer = storekeeper.post(f"{sent}receive/", body)

    assert (answer.json()["status"], answer.json()["loss_reason"]) == (
        *("arrived",),
        "Fell off the truck",
    )
    assert units_of(answer) == {"LAMP": (4, 3, 1, 0), "RUG": (2, 0, 2, 0)}
    assert stock_left(lamp, rug) == (8, 3)


def test_nothing_at_all_may_arrive(storekeeper, sent, lamp, rug):
    answer = storekeeper.post(f"{sent}receive/", {"is_complete": True, "reason": "Burnt"})

    assert units_of(answer) == {"LAMP": (4, 0, 4, 0), "RUG": (2, 0, 2, 0)}
    assert stock_left(lamp, rug) == (5, 3)


def test_promised_units_in_transit_wait_and_are_owed_when_lost(storekeeper, bob, draft, lamp):
    order(bob, {lamp: 8})

    sent = storekeeper.post(f"{draft}send/").json()
    balance = storekeeper.get(f"/api/v1/stock/{lamp.pk}/").json()
    storekeeper.post(f"{draft}receive/", {"is_complete": True, "reason": "Burnt"})

    assert (balance["promised_in_transit"], balance["conserved"]) == (3, True)
    promised = {line["sku"]: line["promised_quantity"] for line in sent["items"]}
    assert promised == {"LAMP": 3, "RUG": 0}
    assert Shortfall.objects.get(resolved_at=None).promised == 3


def test_events_tell_of_the_goods(storekeeper, sent, lamp, rug):
    storekeeper.post(f"{sent}receive/", {"items": [{"sku": "LAMP", "quantity": 3}]})

    events = Event.objects.filter(type__startswith="transfer").order_by("pk")
    pk = Transfer.objects.get().pk
    assert [(event.type, event.resource, event.user_id) for event in events] == [
        ("transfer.sent", f"transfer:{pk}", None),
        ("transfer.received", f"transfer:{pk}", None),
    ]
    assert events[1].data == {
        **{"transfer": pk, "from": "SEA1", "to": "DAL1", "status": "partially_arrived"},
        "items": [
            {"item_id": lamp.pk, "sku": "LAMP", "quantity": 4, "arrived": 3, "lost": 0},
            {"item_id": rug.pk, "sku": "RUG", "quantity": 2, "arrived": 0, "lost": 0},
        ],
    }


def test_a_draft_is_cancelled_once(storekeeper, draft):
    first, again = (storekeeper.post(f"{draft}cancel/") for _ in range(2))

    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert again.json() == first.json()
    refused = storekeeper.post(f"{draft}send/")
    assert problem_of(refused) == (409, "transfer-over")
    assert (refused.json()["status"], refused.json()["transfer_status"]) == (409, "cancelled")


# Refusals


def test_what_was_sent_is_not_cancelled(storekeeper, sent, lamp):
    assert problem_of(storekeeper.post(f"{sent}cancel/")) == (409, "transfer-over")
    assert Transfer.objects.get().status == "sent"


def test_a_draft_or_an_arrived_transfer_does_not_arrive(storekeeper, draft, lamp):
    line = {"items": [{"sku": "LAMP", "quantity": 1}]}

    of_draft = storekeeper.post(f"{draft}receive/", line)
    storekeeper.post(f"{draft}send/")
    storekeeper.post(f"{draft}receive/", {"is_complete": True})
    of_arrived = storekeeper.post(f"{draft}receive/", line)

    assert problem_of(of_draft) == problem_of(of_arrived) == (409, "transfer-over")
    assert of_draft.json()["transfer_status"] == "draft"
    assert of_arrived.json()["transfer_status"] == "arrived"
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([{"sku": "LAMP", "quantity": 5}], 4),
        ([{"sku": "LAMP", "quantity": 1}, {"sku": "RUG", "quantity": 3}], 2),
        ([{"item_id": 10**9, "quantity": 1}], 0),
    ],
)
@pytest.mark.parametrize("is_complete", [False, True])
def test_no_more_arrives_than_was_sent(storekeeper, sent, lamp, rug, lines, left, is_complete):
    answer = storekeeper.post(f"{sent}receive/", {"items": lines, "is_complete": is_complete})

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == left
    assert stock_left(lamp, rug) == (5, 3)
    assert Transfer.objects.get().status == "sent"


def test_no_more_leaves_than_is_available(storekeeper, stocked, lamp, rug):
    lines = [{"sku": "LAMP", "quantity": 1}, {"sku": "RUG", "quantity": 6}]
    draft = storekeeper.post(URL, body_of(items=lines)).json()

    answer = storekeeper.post(f"{URL}{draft['id']}/send/")

    assert problem_of(answer) == (409, "insufficient-stock")
    names = ("item_id", "wanted", "left")
    assert tuple(answer.json()[name] for name in names) == (rug.pk, 6, 5)
    assert stock_left(lamp, rug) == (9, 5)
    assert shelves() == [("SEA1", 9, 9), ("SEA1", 5, 5)]


def test_goods_go_to_another_open_warehouse_only(storekeeper, stocked, seattle, dallas):
    same = storekeeper.post(URL, body_of(to="SEA1"))
    close_warehouse(warehouse_id=dallas.pk)
    to_closed = storekeeper.post(URL, body_of())
    from_closed = storekeeper.post(URL, body_of(**{"from": "DAL1", "to": "SEA1"}))

    assert problem_of(same) == (409, "same-warehouse")
    assert problem_of(to_closed) == problem_of(from_closed) == (409, "warehouse-closed")
    assert to_closed.json()["warehouse"] == "DAL1"
    assert not Transfer.objects.exists()


def test_a_draft_is_not_sent_to_a_warehouse_that_has_closed(storekeeper, draft, dallas, lamp):
    close_warehouse(warehouse_id=dallas.pk)

    assert problem_of(storekeeper.post(f"{draft}send/")) == (409, "warehouse-closed")
    assert stock_left(lamp) == (9,)


def test_goods_arrive_in_a_warehouse_that_has_closed_meanwhile(storekeeper, sent, dallas, lamp):
    close_warehouse(warehouse_id=dallas.pk)

    answer = storekeeper.post(f"{sent}receive/", {"items": [{"sku": "LAMP", "quantity": 4}]})

    assert answer.status_code == 200
    assert stock_left(lamp) == (5,)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"from": "MOON"}, "#/from"),
        ({"from": None}, "#/from"),
        ({"from": 1}, "#/from"),
        ({"from": "a\x00b"}, "#/from"),
        ({"to": "MOON"}, "#/to"),
        ({"to": ""}, "#/to"),
        ({"to": "x" * 200}, "#/to"),
        ({"items": []}, "#/items"),
        ({"items": None}, "#/items"),
        ({"items": "LAMP"}, "#/items"),
        ({"items": [{"sku": "LAMP", "quantity": 0}]}, "#/items/0/quantity"),
        ({"items": [{"sku": "LAMP", "quantity": -1}]}, "#/items/0/quantity"),
        ({"items": [{"sku": "LAMP", "quantity": 1.5}]}, "#/items/0/quantity"),
        ({"items": [{"sku": "LAMP", "quantity": True}]}, "#/items/0/quantity"),
        ({"items": [{"sku": "LAMP", "quantity": 10**8}]}, "#/items/0/quantity"),
        ({"items": [{"sku": "GONE", "quantity": 1}]}, "#/items/0/sku"),
        ({"items": [{"item_id": 10**9, "quantity": 1}]}, "#/items/0/item_id"),
        ({"items": [{"item_id": 10**30, "quantity": 1}]}, "#/items/0/item_id"),
        ({"items": [{"quantity": 1}]}, "#/items/0/item_id"),
        ({"items": [{"sku": "LAMP", "quantity": 1}] * 2}, "#/items/1/item_id"),
        ({"reference": "x" * 201}, "#/reference"),
        ({"reference": "a\x00b"}, "#/reference"),
        ({"status": "sent"}, "#/status"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(storekeeper, stocked, fields, pointer):
    answer = storekeeper.post(URL, body_of(**fields))

    assert problem_of(answer) == (422, "validation-error")
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert not Transfer.objects.exists()


def test_a_transfer_has_a_thousand_lines_at_most(storekeeper, stocked):
    rows = [Item(sku=f"S{n}", name="Thing", price="1.00") for n in range(1001)]
    items = Item.objects.bulk_create(rows)
    lines = [{"item_id": item.pk, "quantity": 1} for item in items]

    refused = storekeeper.post(URL, body_of(items=lines))
    taken = storekeeper.post(URL, body_of(items=lines[:1000]))

    assert [error["pointer"] for error in refused.json()["errors"]] == ["#/items"]
    assert taken.status_code == 201


@pytest.mark.parametrize("name", ["from", "to", "items"])
def test_a_draft_needs_both_warehouses_and_items(storekeeper, stocked, name):
    body = body_of()
    del body[name]

    answer = storekeeper.post(URL, body)

    assert [error["pointer"] for error in answer.json()["errors"]] == [f"#/{name}"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"is_complete": False},
        {"is_complete": "yes"},
        {"is_complete": None},
        {"items": [{"sku": "LAMP", "quantity": 0}]},
        {"items": [{"sku": "LAMP", "quantity": -1}]},
        {"items": [{"sku": "LAMP", "quantity": 1}] * 2},
        {"items": [{"sku": "GONE", "quantity": 1}]},
        {"is_complete": True, "reason": "x" * 201},
        {"is_complete": True, "reason": "a\x00b"},
        {"is_complete": True, "lost": 2},
    ],
)
def test_a_receipt_that_makes_no_sense_is_refused(storekeeper, sent, lamp, body):
    answer = storekeeper.post(f"{sent}receive/", body)

    assert problem_of(answer) == (422, "validation-error")
    assert stock_left(lamp) == (5,)
    assert Transfer.objects.get().status == "sent"


@pytest.mark.parametrize("verb", ["send", "cancel"])
def test_sending_and_cancelling_take_no_fields(storekeeper, draft, verb):
    answer = storekeeper.post(f"{draft}{verb}/", {"items": []})

    assert problem_of(answer) == (422, "validation-error")
    assert Transfer.objects.get().status == "draft"


def test_retries_with_a_key_have_one_effect(storekeeper, stocked, lamp):
    key = {"Idempotency-Key": "k"}
    drafts = [storekeeper.post(URL, body_of(), headers=key) for _ in range(2)]
    url = f"{URL}{drafts[0].json()['id']}/"
    storekeeper.post(f"{url}send/", headers=key)
    line = {"items": [{"sku": "LAMP", "quantity": 1}]}

    arrived = [storekeeper.post(f"{url}receive/", line, headers=key) for _ in range(2)]

    assert drafts[0].json() == drafts[1].json()
    assert arrived[1]["Idempotency-Replayed"] == "true"
    assert units_of(arrived[1])["LAMP"] == (4, 1, 0, 3)
    assert Transfer.objects.count() == 1
    assert stock_left(lamp) == (6,)


@pytest.mark.parametrize("path", ["", "send/", "receive/", "cancel/"])
def test_an_unknown_transfer_is_not_found(storekeeper, db, path):
    url = f"{URL}999999999/{path}"
    body = {"is_complete": True} if path == "receive/" else {}

    answer = storekeeper.post(url, body) if path else storekeeper.get(url)

    assert problem_of(answer) == (404, "not-found")


def test_transfers_need_the_scope_of_the_stock(mallory, draft):
    client = client_of(mallory, "shopper", "fulfilment:write", "orders:write", "catalog:write")
    verbs = [client.post(f"{draft}{verb}/") for verb in ("send", "receive", "cancel")]

    answers = [client.get(URL), client.post(URL, body_of()), client.get(draft), *verbs]

    assert {problem_of(answer) for answer in answers} == {(403, "permission-denied")}
    assert Transfer.objects.get().status == "draft"

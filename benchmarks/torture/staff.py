"""A staff system that uses the shop over HTTP: goods, parcels, transfers and returns."""

import random
import threading
import uuid

from benchmarks.torture.shoppers import Caller

PARCELS = "warehouse-orders/"


def work(caller: Caller, items: list[int], warehouses: list[str], stop: threading.Event) -> None:
    """Receive, discard, edit, pick, move, ship, transfer and take back, as staff systems do."""
    while not stop.is_set():
        _change_stock(caller, random.choice(warehouses), random.choice(items))
        _pick_something(caller, warehouses)
        _ship_something(caller)
        _transfer_something(caller, items, warehouses)
        _take_something_back(caller, warehouses)
        stop.wait(0.05)


def _change_stock(caller: Caller, warehouse: str, item_id: int) -> None:
    url = f"warehouses/{warehouse}"
    goods = {"item_id": item_id, "quantity": random.randint(1, 30)}
    caller.call("receive", "POST", f"{url}/receipts/", {**goods, "reference": uuid.uuid4().hex})
    if random.random() < 0.3:
        caller.call("discard", "POST", f"{url}/discards/", {**goods, "reason": "torture"})
    price = {"price": f"{random.randint(1, 99)}.00"}
    caller.call("edit item", "PATCH", f"items/{item_id}/", price)


def _pick_something(caller: Caller, warehouses: list[str]) -> None:
    """Pick parcels, some of them short, or move them to another warehouse."""
    for parcel in _parcels(caller, "assigned"):
        path = f"{PARCELS}{parcel['id']}/"
        chance = random.random()
        line = random.choice(parcel["items"])
        if chance < 0.2:
            target = {"warehouse": random.choice(warehouses), "reason": "torture"}
            caller.call("move", "POST", f"{path}move/", target)
        elif chance < 0.4:
            lacking = {"item_id": line["item_id"], "quantity": line["quantity"] - 1}
            pick = {"assigned_to": "Truck 7", "found": [lacking]}
            caller.call("pick short", "POST", f"{path}pick/", pick)
        else:
            caller.call("pick", "POST", f"{path}pick/", {"assigned_to": "Truck 7"})


def _ship_something(caller: Caller) -> None:
    """Ship picked parcels and correct a tracking number, or put them back."""
    for parcel in _parcels(caller, "picked"):
        path = f"{PARCELS}{parcel['id']}/"
        if random.random() < 0.2:
            caller.call("unpick", "POST", f"{path}unpick/")
            continue
        caller.call("ship", "POST", f"{path}ship/", {"carrier": "UPS", "tracking": "1Z"})
        if random.random() < 0.2:
            caller.call("correct tracking", "PATCH", path, {"tracking": "2Z"})


def _transfer_something(caller: Caller, items: list[int], warehouses: list[str]) -> None:
    """Send units to another warehouse, and receive some of what is in transit."""
    origin, destination = random.sample(warehouses, 2)
    line = {"item_id": random.choice(items), "quantity": random.randint(1, 5)}
    draft = {"from": origin, "to": destination, "items": [line]}
    _, transfer = caller.call("draft transfer", "POST", "transfers/", draft)
    if "id" in transfer:
        caller.call("send transfer", "POST", f"transfers/{transfer['id']}/send/")
    _, in_transit = caller.call("list", "GET", "transfers/?status=sent&limit=3")
    for transfer in in_transit.get("results", []):
        [line] = transfer["items"]
        arrived = {"item_id": line["item_id"], "quantity": random.randint(1, line["quantity"])}
        arrival = {"items": [arrived], "is_complete": True, "reason": "torture"}
        caller.call("receive transfer", "POST", f"transfers/{transfer['id']}/receive/", arrival)


def _take_something_back(caller: Caller, warehouses: list[str]) -> None:
    _, waiting = caller.call("list", "GET", "returns/?status=requested&limit=3")
    for request in waiting.get("results", []):
        path = f"returns/{request['id']}/"
        if random.random() < 0.2:
            caller.call("refuse return", "POST", f"{path}refuse/", {"reason": "torture"})
            continue
        condition = random.choice(["sellable", "damaged"])
        units = [
            {"item_id": line["item_id"], "quantity": line["quantity"], "condition": condition}
            for line in request["items"]
        ]
        body = {"warehouse": random.choice(warehouses), "items": units}
        caller.call("receive return", "POST", f"{path}receive/", body)


def _parcels(caller: Caller, status: str) -> list[dict]:
    """Return some warehouse orders of a status."""
    _, waiting = caller.call("list", "GET", f"{PARCELS}?status={status}&limit=5")
    return waiting.get("results", [])[:2]

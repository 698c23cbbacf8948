"""Every interleaving of up to STEPS steps on an order of two lines in two warehouses.

`make interleavings STEPS=5` goes through those of five steps, `make test` of three. A sequence
that leads to a state which was explored already, with as many steps left, is not run again.
"""

import os
import sys
from dataclasses import dataclass
from itertools import product

import pytest
from django.db import transaction

from catalog.models import Item
from orders.cancellation import cancel_items
from orders.exceptions import NotThatMany
from orders.models import Order
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock, stock_left
from tests.support.stories import let_the_workers_act, order_and_assign
from warehouses.exceptions import MoreThanPhysicalStock
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Shortfall, Warehouse, WarehouseStock
from warehouses.stock.audit import find_breaches

STEPS = int(os.environ.get("STEPS", "3"))
ORDERED = 2  # units of each line; each warehouse has those of one line, and no others


@dataclass
class Line:
    """The model: an order line, and the shelf of the warehouse that alone has its item."""

    parcel: int = ORDERED
    free: int = 0
    shipped: int = 0
    cancelled: int = 0
    short: int = 0
    is_open: bool = True

    def ship(self) -> None:
        self.shipped, self.parcel = self.shipped + self.parcel, 0

    def lose(self, quantity: int = 1) -> None:
        lost = max(0, min(quantity, self.free + self.parcel) - self.free)
        self.free = max(0, self.free - quantity)
        self.parcel, self.short = self.parcel - lost, self.short + lost

    def count_none(self) -> None:
        self.lose(self.free + self.parcel)

    def close(self) -> None:
        self.is_open = False

    def receive(self) -> None:
        made_good = min(1, self.short) if self.is_open else 0
        self.short, self.parcel = self.short - made_good, self.parcel + made_good
        self.free += 1 - made_good

    def cancel(self) -> None:
        if self.short:
            self.short, self.cancelled = self.short - 1, self.cancelled + 1
        elif self.parcel:
            self.parcel, self.free = self.parcel - 1, self.free + 1
            self.cancelled += 1


STEP_NAMES = ("ship", "lose", "count_none", "close", "receive", "cancel")


def status_of(lines: list[Line]) -> str:
    owed = sum(line.parcel + line.short for line in lines)
    shipped = sum(line.shipped for line in lines)
    if not owed:
        return "shipped" if shipped else "cancelled"
    if shipped:
        return "partially_shipped"
    return "submitted" if any(line.short for line in lines) else "assigned"


class World:
    """The real shop: one order, and the verbs that the model's steps stand for."""

    def __init__(self, customer):
        self.items = ItemFactory.create_batch(2, price="10.00")
        self.warehouses = WarehouseFactory.create_batch(2)
        for item, warehouse in zip(self.items, self.warehouses, strict=True):
            given_stock({item: ORDERED}, warehouse)
        self.order, _ = order_and_assign(customer, dict.fromkeys(self.items, ORDERED))

    def take(self, name: str, line_index: int) -> None:
        """Take a step, and let the workers do what it leaves to them."""
        item, warehouse = self.items[line_index], self.warehouses[line_index]
        getattr(self, name)(item, warehouse)
        let_the_workers_act()

    def ship(self, item: Item, warehouse: Warehouse) -> None:
        for parcel in self.order.warehouse_orders.open().filter(warehouse=warehouse):
            ship_warehouse_order(warehouse_order_id=parcel.pk)

    def lose(self, item: Item, warehouse: Warehouse) -> None:
        try:
            discard_stock(warehouse=warehouse, item=item, quantity=1)
        except MoreThanPhysicalStock:
            assert not self.shelf(item).physical_stock

    def count_none(self, item: Item, warehouse: Warehouse) -> None:
        physical = self.shelf(item).physical_stock
        recount_stock(warehouse=warehouse, item=item, physical_stock=0, expected=physical)

    def close(self, item: Item, warehouse: Warehouse) -> None:
        close_warehouse(warehouse_id=warehouse.pk)

    def receive(self, item: Item, warehouse: Warehouse) -> None:
        receive_stock(warehouse=warehouse, item=item, quantity=1)

    def cancel(self, item: Item, warehouse: Warehouse) -> None:
        try:
            cancel_items(order_id=self.order.pk, quantities={item.pk: 1})
        except NotThatMany as refusal:
            assert refusal.left == 0

    def shelf(self, item: Item) -> WarehouseStock:
        return WarehouseStock.objects.get(item=item)

    def read(self) -> tuple:
        """Return what the model tells too: the order, its lines and the shelves."""
        placed = Order.objects.get(pk=self.order.pk)
        lines = {line.item_id: line for line in placed.lines.all()}
        parcels = [line for parcel in placed.warehouse_orders.open() for line in parcel.lines.all()]
        return (
            placed.status,
            str(placed.due),
            [
                (
                    sum(parcel.quantity for parcel in parcels if parcel.item_id == item.pk),
                    self.shelf(item).available_stock,
                    lines[item.pk].shipped_quantity,
                    lines[item.pk].cancelled_quantity,
                    lines[item.pk].short_quantity,
                    stock_left(item)[0],
                )
                for item in self.items
            ],
        )

    def fingerprint(self) -> tuple:
        """Return all that later steps can depend on; numbers that only name a row are left out."""
        parcels = self.order.warehouse_orders.prefetch_related("lines")
        shelves = WarehouseStock.objects.values_list("item", "physical_stock", "available_stock")
        return (
            repr(self.read()),
            sorted((p.warehouse_id, p.status, self.contents(p)) for p in parcels),
            sorted(shelves),
            sorted(Warehouse.objects.values_list("pk", "is_open")),
            sorted(Shortfall.objects.filter(resolved_at=None).values_list("item", "missing")),
        )

    def contents(self, parcel) -> list[tuple[int, int]]:
        return sorted((line.item_id, line.quantity) for line in parcel.lines.all())


def expected(lines: list[Line]) -> tuple:
    due = sum(10 * (ORDERED - line.cancelled) for line in lines)
    return (
        status_of(lines),
        f"{due}.00",
        [
            (
                *[line.parcel, line.free, line.shipped, line.cancelled, line.short],
                line.free if line.is_open else 0,
            )
            for line in lines
        ],
    )


class Explorer:
    """Runs every sequence of steps, each step in a savepoint of its own."""

    def __init__(self, world: World):
        self.world = world
        self.explored: dict[str, int] = {}
        self.steps_run = 0

    def explore(self, history: list[tuple[str, int]], left: int) -> None:
        if not left:
            return
        for step in product(STEP_NAMES, range(2)):
            with transaction.atomic():
                self.world.take(*step)
                self.steps_run += 1
                path = [*history, step]
                assert self.world.read() == expected(modelled(path)), path
                assert find_breaches() == [], path
                state = repr(self.world.fingerprint())
                if self.explored.get(state, -1) < left - 1:
                    self.explored[state] = left - 1
                    self.explore(path, left - 1)
                transaction.set_rollback(True)


def modelled(path: list[tuple[str, int]]) -> list[Line]:
    lines = [Line(), Line()]
    for name, line_index in path:
        getattr(lines[line_index], name)()
    return lines


@pytest.mark.django_db
def test_every_interleaving_of_steps_is_as_the_model_says(alice, capsys):
    world = World(alice)
    assert world.read() == expected([Line(), Line()])

    explorer = Explorer(world)
    explorer.explore([], STEPS)

    sequences = sum((2 * len(STEP_NAMES)) ** steps for steps in range(1, STEPS + 1))
    states = len(explorer.explored)
    with capsys.disabled():
        sys.stdout.write(f" {sequences} sequences, {explorer.steps_run} steps, {states} states ")

"""The world of the model: its cast, the shelves that it expects, and what must always hold."""

from collections import Counter

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from catalog.models import AggregatedStock
from tests.support.factories import ItemFactory, UserFactory, WarehouseFactory, given_stock
from tests.support.stories import order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import WarehouseOrder, WarehouseStock
from warehouses.stock.audit import find_breaches

either = st.integers(0, 1)  # which of the two items, customers or warehouses
units = st.integers(1, 6)
often = st.integers(0, 3).map(bool)
any_row = st.integers(0, 9)


class World(RuleBasedStateMachine):
    """The model: physical stock by warehouse and item."""

    @initialize(has_begun=st.booleans())
    def start(self, has_begun):
        """Make the cast; half of the stories begin with goods, orders and a parcel."""
        self.world = transaction.atomic()
        self.world.__enter__()
        self.items = ItemFactory.create_batch(2)
        self.customers = UserFactory.create_batch(2)
        self.warehouses = WarehouseFactory.create_batch(2)
        self.shelves: Counter[tuple[int, int]] = Counter()
        if has_begun:
            for warehouse_index, warehouse in enumerate(self.warehouses):
                given_stock(dict.fromkeys(self.items, 4), warehouse)
                self.shelves.update(dict.fromkeys([(warehouse_index, 0), (warehouse_index, 1)], 4))
            for customer in self.customers:
                _, parcels = order_and_assign(customer, {self.items[0]: 3, self.items[1]: 2})
            ship_warehouse_order(warehouse_order_id=parcels[0].pk)
            self.take_off_shelves(parcels[0])

    def teardown(self):
        if hasattr(self, "world"):
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    @invariant()
    def the_law_holds(self):
        if hasattr(self, "world"):
            breaches = find_breaches()
            assert not breaches, [str(breach) for breach in breaches]

    @invariant()
    def the_shelves_are_as_the_model_says(self):
        if hasattr(self, "world"):
            rows = WarehouseStock.objects.in_bulk()
            physical = {(r.warehouse_id, r.item_id): r.physical_stock for r in rows.values()}
            modelled = {
                (self.warehouses[warehouse_index].pk, self.items[item_index].pk): units
                for (warehouse_index, item_index), units in self.shelves.items()
            }
            assert {k: v for k, v in physical.items() if v} == {
                k: v for k, v in modelled.items() if v
            }

    @invariant()
    def no_hold_promises_the_same_units_twice(self):
        if hasattr(self, "world"):
            oversold = AggregatedStock.objects.filter(
                item__in=[item.pk for item in self.items], stock__lt=0
            )
            assert not oversold.exists()

    def at(self, warehouse_index, item_index) -> dict:
        return {"warehouse": self.warehouses[warehouse_index], "item": self.items[item_index]}

    def choose_row(self, model, row_index):
        rows = model.objects.order_by("pk")
        return rows[row_index % rows.count()]

    def index_of(self, warehouse_id) -> int:
        return [warehouse.pk for warehouse in self.warehouses].index(warehouse_id)

    def change_shelves(self, warehouse_id, units_by_item: Counter[int], sign: int) -> None:
        ids = [item.pk for item in self.items]
        for item_id, quantity in units_by_item.items():
            self.shelves[self.index_of(warehouse_id), ids.index(item_id)] += sign * quantity

    def take_off_shelves(self, parcel: WarehouseOrder) -> None:
        if not parcel.is_shipped:
            units_by_item = Counter(dict(parcel.lines.values_list("item_id", "quantity")))
            self.change_shelves(parcel.warehouse_id, units_by_item, -1)

"""Rules about goods on shelves, and about warehouses."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.journeys.stock_model.world import World, either, units
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse, open_warehouse


class Goods(World):
    @rule(warehouse_index=either, item_index=either, quantity=units)
    def receive(self, warehouse_index, item_index, quantity):
        receive_stock(**self.at(warehouse_index, item_index), quantity=quantity)
        self.shelves[warehouse_index, item_index] += quantity

    @rule(warehouse_index=either, item_index=either, quantity=units)
    def discard(self, warehouse_index, item_index, quantity):
        if quantity > self.shelves[warehouse_index, item_index]:
            with pytest.raises(MoreThanPhysicalStock):
                discard_stock(**self.at(warehouse_index, item_index), quantity=quantity)
            return
        discard_stock(**self.at(warehouse_index, item_index), quantity=quantity)
        self.shelves[warehouse_index, item_index] -= quantity

    @rule(
        warehouse_index=either, item_index=either, counted=st.integers(0, 8), is_stale=st.booleans()
    )
    def recount(self, warehouse_index, item_index, counted, is_stale):
        physical = self.shelves[warehouse_index, item_index]
        if is_stale:
            with pytest.raises(CountConflict):
                recount_stock(
                    **self.at(warehouse_index, item_index),
                    physical_stock=counted,
                    expected=physical + 1,
                )
            return
        recount_stock(
            **self.at(warehouse_index, item_index), physical_stock=counted, expected=physical
        )
        self.shelves[warehouse_index, item_index] = counted

    @rule(warehouse_index=either)
    def close(self, warehouse_index):
        close_warehouse(warehouse_id=self.warehouses[warehouse_index].pk)

    @rule(warehouse_index=either)
    def open(self, warehouse_index):
        open_warehouse(warehouse_id=self.warehouses[warehouse_index].pk)

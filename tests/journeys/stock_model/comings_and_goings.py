"""Rules about goods between warehouses, and goods that come back from customers."""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from orders.exceptions import NotThatMany, ReturnOver
from orders.models import Order, OrderItem, ReturnRequest
from orders.returns import refuse_return, request_return
from tests.journeys.stock_model.world import World, any_row, either, often
from warehouses.exceptions import (
    MoreThanAvailableStock,
    SameWarehouse,
    TransferOver,
    WarehouseClosed,
)
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.models import Transfer, Warehouse

has_transfers = precondition(lambda self: Transfer.objects.exists())
has_returns = precondition(lambda self: ReturnRequest.objects.exists())


class ComingsAndGoings(World):
    @rule(origin_index=either, item_index=either, quantity=st.integers(1, 3), is_sent=often)
    def draft_transfer(self, origin_index, item_index, quantity, is_sent):
        origin, destination = self.warehouses[origin_index], self.warehouses[1 - origin_index]
        item = self.items[item_index]
        with pytest.raises(SameWarehouse):
            create_transfer(origin=origin, destination=origin, quantities={item.pk: quantity})
        try:
            transfer = create_transfer(
                origin=origin, destination=destination, quantities={item.pk: quantity}
            )
        except WarehouseClosed:
            assert not all(w.is_open for w in Warehouse.objects.all())
            return
        if is_sent:
            self.send_draft(transfer)

    @has_transfers
    @rule(row_index=any_row)
    def send(self, row_index):
        self.send_draft(self.choose_row(Transfer, row_index))

    def send_draft(self, transfer: Transfer) -> None:
        try:
            send_transfer(transfer_id=transfer.pk)
        except TransferOver:
            assert transfer.status == "cancelled"
        except (WarehouseClosed, MoreThanAvailableStock):
            pass
        else:
            if transfer.status == "draft":
                self.change_shelves(transfer.origin_id, self.units_of(transfer), -1)

    @has_transfers
    @rule(row_index=any_row, quantity=st.integers(0, 6), is_complete=st.booleans())
    def arrive(self, row_index, quantity, is_complete):
        transfer = self.choose_row(Transfer, row_index)
        line = transfer.lines.get()
        arrived = {line.item_id: quantity} if quantity else {}
        try:
            receive_transfer(transfer_id=transfer.pk, quantities=arrived, is_complete=is_complete)
        except TransferOver:
            assert not transfer.is_in_transit
        except NotThatMany:
            assert quantity > line.outstanding_quantity
        else:
            self.change_shelves(transfer.destination_id, Counter(arrived), 1)

    @has_transfers
    @rule(row_index=any_row)
    def cancel_draft(self, row_index):
        transfer = self.choose_row(Transfer, row_index)
        try:
            cancel_transfer(transfer_id=transfer.pk)
        except TransferOver:
            assert transfer.is_in_transit or transfer.status == "arrived"

    @precondition(lambda self: OrderItem.objects.filter(shipped_quantity__gt=0).exists())
    @rule(row_index=any_row, item_index=either, quantity=st.integers(1, 3))
    def ask_to_return(self, row_index, item_index, quantity):
        order, item = self.choose_row(Order, row_index), self.items[item_index]
        line = order.lines.filter(item=item).first()
        left = line.shipped_quantity - line.returned_quantity if line else 0
        try:
            request_return(order_id=order.pk, quantities={item.pk: quantity})
        except NotThatMany as refusal:
            assert quantity > refusal.left
        else:
            assert quantity <= left

    @has_returns
    @rule(
        row_index=any_row,
        warehouse_index=either,
        sellable=st.integers(0, 3),
        damaged=st.integers(0, 3),
    )
    def come_back(self, row_index, warehouse_index, sellable, damaged):
        request = self.choose_row(ReturnRequest, row_index)
        line = request.lines.get()
        item_id = line.order_item.item_id
        try:
            receive_return(
                return_id=request.pk,
                warehouse=self.warehouses[warehouse_index],
                units={item_id: ReturnedUnits(sellable, damaged)},
            )
        except ReturnOver:
            assert not request.is_open
        except NotThatMany:
            assert sellable + damaged > line.outstanding_quantity
        else:
            warehouse_id = self.warehouses[warehouse_index].pk
            self.change_shelves(warehouse_id, Counter({item_id: sellable}), 1)

    @has_returns
    @rule(row_index=any_row)
    def refuse(self, row_index):
        request = self.choose_row(ReturnRequest, row_index)
        try:
            refuse_return(return_id=request.pk, reason="It was used")
        except ReturnOver:
            assert request.status == "received"

    def units_of(self, transfer: Transfer) -> Counter[int]:
        return Counter(dict(transfer.lines.values_list("item_id", "quantity")))

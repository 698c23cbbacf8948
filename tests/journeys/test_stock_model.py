"""Every verb in any order against a small model: the conservation law holds after each step.

`make model-test STEPS=20000` runs 20,000 steps; `make test` a few hundred.
"""

import os
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cart.cart import cart_of, update_item_in_cart
from cart.exceptions import OutOfStock
from catalog.exceptions import InsufficientStock
from catalog.models import AggregatedStock
from orders.cancellation import cancel_items, cancel_order
from orders.checkout.expiry import release_expired_checkouts
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.exceptions import (
    CheckoutExpired,
    EmptyCart,
    NoHeldCheckout,
    NotThatMany,
    OrderAlreadyShipped,
)
from orders.models import Checkout, Order
from tests.support.factories import ItemFactory, UserFactory, WarehouseFactory, stock_left
from tests.support.stories import expire_hold, submit
from warehouses.assignment.assigning import assign_order
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock, OrderCancelled
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.inventory.warehouses import close_warehouse, open_warehouse
from warehouses.models import WarehouseOrder, WarehouseStock
from warehouses.stock.audit import find_breaches
from warehouses.tasks import reoptimize_orders

STEPS = int(os.environ.get("STEPS", "400"))
STEPS_A_RUN = 40

either = st.integers(0, 1)  # which of the two items, customers or warehouses
units = st.integers(1, 6)


class Shop(RuleBasedStateMachine):
    """The model: physical stock by warehouse and item."""

    @initialize()
    def start(self):
        self.world = transaction.atomic()
        self.world.__enter__()
        self.items = ItemFactory.create_batch(2)
        self.customers = UserFactory.create_batch(2)
        self.warehouses = WarehouseFactory.create_batch(2)
        self.shelves: Counter[tuple[int, int]] = Counter()

    def teardown(self):
        if hasattr(self, "world"):
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    # Goods

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

    # Customers

    @rule(customer_index=either, item_index=either, quantity=units)
    def fill_cart(self, customer_index, item_index, quantity):
        item, cart = self.items[item_index], cart_of(self.customers[customer_index])
        has_stock = stock_left(item) != (0,)
        try:
            update_item_in_cart(cart=cart, item_id=item.pk, quantity=quantity)
        except OutOfStock:
            assert not has_stock

    @rule(customer_index=either)
    def begin(self, customer_index):
        customer = self.customers[customer_index]
        in_cart = Counter(dict(cart_of(customer).lines.values_list("item_id", "quantity")))
        left = self.left_for(customer)
        try:
            begin_checkout(customer=customer)
        except EmptyCart:
            assert not in_cart
        except InsufficientStock as refusal:
            short = {s.item_id: s.left for s in refusal.shortages}
            assert short == {pk: left[pk] for pk in in_cart if in_cart[pk] > left[pk]}
        else:
            assert all(in_cart[pk] <= left[pk] for pk in in_cart)

    @rule(customer_index=either)
    def cancel_hold(self, customer_index):
        is_held = (
            Checkout.objects.unexpired().filter(customer=self.customers[customer_index]).exists()
        )
        try:
            cancel_checkout(customer=self.customers[customer_index])
        except NoHeldCheckout:
            assert not is_held
        else:
            assert is_held

    @rule(customer_index=either)
    def run_out_of_time(self, customer_index):
        for checkout in Checkout.objects.held().filter(customer=self.customers[customer_index]):
            expire_hold(checkout)

    @rule()
    def sweep(self):
        release_expired_checkouts()
        assert not Checkout.objects.overdue().exists()

    @rule(customer_index=either)
    def submit(self, customer_index):
        checkout = Checkout.objects.filter(customer=self.customers[customer_index]).last()
        if checkout is None:
            return
        is_unexpired = Checkout.objects.unexpired().filter(pk=checkout.pk).exists()
        try:
            submit(checkout)
        except CheckoutExpired:
            assert not is_unexpired

    # Orders

    @precondition(lambda self: Order.objects.exists())
    @rule(row_index=st.integers(0, 9))
    def assign(self, row_index):
        assign_order(order_id=self.choose_row(Order, row_index).pk)

    @precondition(lambda self: Order.objects.exists())
    @rule(row_index=st.integers(0, 9))
    def cancel(self, row_index):
        order = self.choose_row(Order, row_index)
        try:
            cancel_order(order_id=order.pk)
        except OrderAlreadyShipped:
            assert order.warehouse_orders.filter(status="shipped").exists()

    @precondition(lambda self: Order.objects.exists())
    @rule(row_index=st.integers(0, 9), item_index=either, quantity=units)
    def cancel_some(self, row_index, item_index, quantity):
        order, item = self.choose_row(Order, row_index), self.items[item_index]
        line = order.lines.filter(item=item).first()
        left = line.deliverable_quantity if line else 0
        try:
            cancel_items(order_id=order.pk, quantities={item.pk: quantity})
        except OrderAlreadyShipped:
            assert not order.is_cancellable
        except NotThatMany:
            assert quantity > left

    @precondition(lambda self: WarehouseOrder.objects.exists())
    @rule(row_index=st.integers(0, 9))
    def pick(self, row_index):
        parcel = self.choose_row(WarehouseOrder, row_index)
        try:
            pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
        except OrderCancelled:
            assert parcel.is_cancelled

    @precondition(lambda self: WarehouseOrder.objects.exists())
    @rule(row_index=st.integers(0, 9))
    def ship(self, row_index):
        parcel = self.choose_row(WarehouseOrder, row_index)
        try:
            ship_warehouse_order(warehouse_order_id=parcel.pk)
        except OrderCancelled:
            assert parcel.is_cancelled
        except MoreThanPhysicalStock:
            pass  # the conservation law proves whether the shelves hold enough
        else:
            self.take_off_shelves(parcel)

    @rule(item_index=either)
    def resolve(self, item_index):
        resolve_shortfall(item_id=self.items[item_index].pk)

    @rule()
    def move(self):
        reoptimize_orders()

    # Invariants

    @invariant()
    def the_law_holds(self):
        if hasattr(self, "world"):
            assert find_breaches() == []

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

    def left_for(self, customer) -> Counter[int]:
        """Return the units that the customer can hold: stock, own hold and overdue holds."""
        left = Counter(dict(AggregatedStock.objects.values_list("item_id", "stock")))
        own = Checkout.objects.held().filter(customer=customer)
        for checkout in own | Checkout.objects.overdue():
            for line in checkout.lines.all():
                left[line.item_id] += line.quantity
        return left

    def take_off_shelves(self, parcel: WarehouseOrder) -> None:
        if parcel.is_shipped:
            return
        warehouse_index = [w.pk for w in self.warehouses].index(parcel.warehouse_id)
        for line in parcel.lines.all():
            item_index = [item.pk for item in self.items].index(line.item_id)
            self.shelves[warehouse_index, item_index] -= line.quantity


@pytest.mark.django_db
def test_the_law_holds_after_every_step_of_any_story():
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            print_blob=True,
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

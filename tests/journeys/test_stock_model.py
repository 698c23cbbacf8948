"""Every verb in any order against a tiny model: the law holds after each step.

`make model-test STEPS=20000` runs as many steps as asked; `make test` a few hundred.
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
from tests.support.stories import let_time_run_out, submit
from warehouses.assignment.assigning import assign_order
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock, OrderCancelled
from warehouses.fulfilment.shipping import pick_warehouse_order, ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.inventory.warehouses import close_warehouse, open_warehouse
from warehouses.models import WarehouseOrder, WarehouseStock
from warehouses.stock.audit import find_breaches
from warehouses.tasks import reoptimize_orders

STEPS = int(os.environ.get("STEPS", "400"))
STEPS_A_RUN = 40

some = st.integers(0, 1)  # which of the two items, customers or warehouses
units = st.integers(1, 6)


class Shop(RuleBasedStateMachine):
    """The model: units on each shelf, and what every order was promised."""

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

    @rule(place=some, what=some, quantity=units)
    def receive(self, place, what, quantity):
        receive_stock(**self.at(place, what), quantity=quantity)
        self.shelves[place, what] += quantity

    @rule(place=some, what=some, quantity=units)
    def discard(self, place, what, quantity):
        if quantity > self.shelves[place, what]:
            with pytest.raises(MoreThanPhysicalStock):
                discard_stock(**self.at(place, what), quantity=quantity)
            return
        discard_stock(**self.at(place, what), quantity=quantity)
        self.shelves[place, what] -= quantity

    @rule(place=some, what=some, counted=st.integers(0, 8), is_stale=st.booleans())
    def recount(self, place, what, counted, is_stale):
        there = self.shelves[place, what]
        if is_stale:
            with pytest.raises(CountConflict):
                recount_stock(**self.at(place, what), physical_stock=counted, expected=there + 1)
            return
        recount_stock(**self.at(place, what), physical_stock=counted, expected=there)
        self.shelves[place, what] = counted

    @rule(place=some)
    def close(self, place):
        close_warehouse(warehouse_id=self.warehouses[place].pk)

    @rule(place=some)
    def open(self, place):
        open_warehouse(warehouse_id=self.warehouses[place].pk)

    # Customers

    @rule(who=some, what=some, quantity=units)
    def fill_cart(self, who, what, quantity):
        item, cart = self.items[what], cart_of(self.customers[who])
        has_stock = stock_left(item) != (0,)
        try:
            update_item_in_cart(cart=cart, item_id=item.pk, quantity=quantity)
        except OutOfStock:
            assert not has_stock

    @rule(who=some)
    def begin(self, who):
        customer = self.customers[who]
        wanted = Counter(dict(cart_of(customer).lines.values_list("item_id", "quantity")))
        left = self.left_for(customer)
        try:
            begin_checkout(customer=customer)
        except EmptyCart:
            assert not wanted
        except InsufficientStock as refusal:
            short = {s.item_id: s.left for s in refusal.shortages}
            assert short == {pk: left[pk] for pk in wanted if wanted[pk] > left[pk]}
        else:
            assert all(wanted[pk] <= left[pk] for pk in wanted)

    @rule(who=some)
    def cancel_hold(self, who):
        is_held = Checkout.objects.unexpired().filter(customer=self.customers[who]).exists()
        try:
            cancel_checkout(customer=self.customers[who])
        except NoHeldCheckout:
            assert not is_held
        else:
            assert is_held

    @rule(who=some)
    def run_out_of_time(self, who):
        for checkout in Checkout.objects.held().filter(customer=self.customers[who]):
            let_time_run_out(checkout)

    @rule()
    def sweep(self):
        release_expired_checkouts()
        assert not Checkout.objects.overdue().exists()

    @rule(who=some)
    def submit(self, who):
        checkout = Checkout.objects.filter(customer=self.customers[who]).last()
        if checkout is None:
            return
        lives = Checkout.objects.unexpired().filter(pk=checkout.pk).exists()
        try:
            submit(checkout)
        except CheckoutExpired:
            assert not lives

    # Orders

    @precondition(lambda self: Order.objects.exists())
    @rule(which=st.integers(0, 9))
    def assign(self, which):
        assign_order(order_id=self.one_of(Order, which).pk)

    @precondition(lambda self: Order.objects.exists())
    @rule(which=st.integers(0, 9))
    def cancel(self, which):
        order = self.one_of(Order, which)
        try:
            cancel_order(order_id=order.pk)
        except OrderAlreadyShipped:
            assert order.warehouse_orders.filter(status="shipped").exists()

    @precondition(lambda self: Order.objects.exists())
    @rule(which=st.integers(0, 9), what=some, quantity=units)
    def cancel_some(self, which, what, quantity):
        order, item = self.one_of(Order, which), self.items[what]
        line = order.lines.filter(item=item).first()
        left = line.deliverable_quantity if line else 0
        try:
            cancel_items(order_id=order.pk, quantities={item.pk: quantity})
        except OrderAlreadyShipped:
            assert not order.is_cancellable
        except NotThatMany:
            assert quantity > left

    @precondition(lambda self: WarehouseOrder.objects.exists())
    @rule(which=st.integers(0, 9))
    def pick(self, which):
        one = self.one_of(WarehouseOrder, which)
        try:
            pick_warehouse_order(warehouse_order_id=one.pk, assigned_to="Truck 7")
        except OrderCancelled:
            assert one.is_cancelled

    @precondition(lambda self: WarehouseOrder.objects.exists())
    @rule(which=st.integers(0, 9))
    def ship(self, which):
        one = self.one_of(WarehouseOrder, which)
        try:
            ship_warehouse_order(warehouse_order_id=one.pk)
        except OrderCancelled:
            assert one.is_cancelled
        except MoreThanPhysicalStock:
            pass  # the law tells whether the shelves hold enough
        else:
            self.take_off_shelves(one)

    @rule(what=some)
    def resolve(self, what):
        resolve_shortfall(item_id=self.items[what].pk)

    @rule()
    def move(self):
        reoptimize_orders()

    # What always holds

    @invariant()
    def the_law_holds(self):
        if hasattr(self, "world"):
            assert find_breaches() == []

    @invariant()
    def the_shelves_are_as_the_model_says(self):
        if hasattr(self, "world"):
            rows = WarehouseStock.objects.in_bulk()
            there = {(r.warehouse_id, r.item_id): r.physical_stock for r in rows.values()}
            said = {
                (self.warehouses[place].pk, self.items[what].pk): units
                for (place, what), units in self.shelves.items()
            }
            assert {k: v for k, v in there.items() if v} == {k: v for k, v in said.items() if v}

    @invariant()
    def no_hold_promises_the_same_units_twice(self):
        if hasattr(self, "world"):
            late = AggregatedStock.objects.filter(
                item__in=[item.pk for item in self.items], stock__lt=0
            )
            assert not late.exists()

    def at(self, place, what) -> dict:
        return {"warehouse": self.warehouses[place], "item": self.items[what]}

    def one_of(self, model, which):
        rows = model.objects.order_by("pk")
        return rows[which % rows.count()]

    def left_for(self, customer) -> Counter[int]:
        """Units the customer can have: the stock, what is held already, what is overdue."""
        left = Counter(dict(AggregatedStock.objects.values_list("item_id", "stock")))
        own = Checkout.objects.held().filter(customer=customer)
        for checkout in own | Checkout.objects.overdue():
            for line in checkout.lines.all():
                left[line.item_id] += line.quantity
        return left

    def take_off_shelves(self, one: WarehouseOrder) -> None:
        if one.is_shipped:
            return
        place = [w.pk for w in self.warehouses].index(one.warehouse_id)
        for line in one.lines.all():
            what = [item.pk for item in self.items].index(line.item_id)
            self.shelves[place, what] -= line.quantity


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

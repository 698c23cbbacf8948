"""Rules about carts, checkouts and orders that are placed."""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cart.cart import cart_of, update_item_in_cart
from cart.exceptions import OutOfStock
from catalog.exceptions import InsufficientStock
from catalog.models import AggregatedStock
from orders.checkout.expiry import release_expired_checkouts
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.exceptions import CheckoutExpired, EmptyCart, NoHeldCheckout
from orders.models import Checkout
from tests.journeys.stock_model.world import World, either, units
from tests.support.factories import stock_left
from tests.support.stories import expire_hold, order, submit
from warehouses.assignment.assigning import assign_order


class Customers(World):
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

    @rule(customer_index=either, quantities=st.tuples(st.integers(0, 3), st.integers(0, 3)))
    def buy(self, customer_index, quantities):
        """Order in one step, so that more stories reach what comes after an order."""
        customer = self.customers[customer_index]
        wanted = {item: n for item, n in zip(self.items, quantities, strict=True) if n}
        if all(stock_left(item) >= (n,) for item, n in wanted.items()) and wanted:
            cart_of(customer).lines.all().delete()
            assign_order(order_id=order(customer, wanted).pk)

    def left_for(self, customer) -> Counter[int]:
        """Return the units that the customer can hold: stock, own hold and overdue holds."""
        left = Counter(dict(AggregatedStock.objects.values_list("item_id", "stock")))
        own = Checkout.objects.held().filter(customer=customer)
        for checkout in own | Checkout.objects.overdue():
            for line in checkout.lines.all():
                left[line.item_id] += line.quantity
        return left

"""A purchase costs a fixed number of SQL statements, whatever the number of lines.

The peers need 130 to 518.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.checkout.holds import begin_checkout
from shop.core.db.transactions import run_transaction
from tests.support.api import client_of
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import ADDRESS, put_in_cart, submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

BEGIN_CHECKOUT = 6
SUBMIT_ORDER = 4


def count_statements(verb, *args, **kwargs) -> tuple[int, object]:
    """Call the verb; return the number of its statements, and its result."""
    with CaptureQueriesContext(connection) as captured:
        result = verb(*args, **kwargs)
    statements = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in statements if sql not in {"BEGIN", "COMMIT"}]), result


@pytest.mark.parametrize("lines", [1, 2, 30])
def test_a_purchase_costs_the_same_for_any_number_of_lines(alice, lines):
    items = ItemFactory.create_batch(lines)
    given_stock(dict.fromkeys(items, 5))
    put_in_cart(alice, dict.fromkeys(items, 2))

    begun, checkout = count_statements(begin_checkout, customer=alice)
    submitted, _ = count_statements(submit, checkout)

    assert (begun, submitted) == (BEGIN_CHECKOUT, SUBMIT_ORDER)


@pytest.mark.parametrize("lines", [1, 30])
def test_replacing_a_hold_costs_three_more(alice, lines):
    items = ItemFactory.create_batch(lines)
    given_stock(dict.fromkeys(items, 9))
    put_in_cart(alice, dict.fromkeys(items, 2))
    begin_checkout(customer=alice)
    put_in_cart(alice, dict.fromkeys(items, 3))

    begun, _ = count_statements(begin_checkout, customer=alice)

    assert begun == BEGIN_CHECKOUT + 3  # the old lines, the next expiries, the old status


def test_run_transaction_adds_no_statement(alice, lamp):
    given_stock({lamp: 5})
    put_in_cart(alice, {lamp: 2})

    begun, _ = count_statements(run_transaction, begin_checkout, customer=alice)

    assert begun == BEGIN_CHECKOUT


def test_over_http_a_purchase_costs_a_fixed_number_of_statements(alice, lamp, rug):
    """Token, idempotency key and responses add statements; with BEGIN and COMMIT 40 in all."""
    given_stock({lamp: 5, rug: 5})
    client = client_of(alice, "shopper")
    client.get("/api/v1/cart/")

    put, _ = count_statements(client.put, f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})
    put_again, _ = count_statements(client.put, f"/api/v1/cart/items/{rug.pk}/", {"quantity": 1})
    begun, checkout = count_statements(client.post, "/api/v1/checkout/")
    payload = {"checkout": checkout.json()["id"], "shipping_address": ADDRESS}
    key = {"Idempotency-Key": "1"}
    submitted, response = count_statements(client.post, "/api/v1/orders/", payload, headers=key)

    assert response.status_code == 201
    assert (put, put_again, begun, submitted) == (9, 7, 8, 10)  # the first put creates the cart

"""The SQL statements that write a hold and an order, one statement each.

Rows that other transactions wait for are locked by then: the fewer round trips until the
commit, the more customers can buy the same item in a second.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from cart.models import Cart
from orders.models import Checkout, Order, OrderItem, OrderNotification
from shop.core.db.prepared import mark_loaded, set_related


def write_hold(customer, lines: Sequence[Any], hold_time: timedelta) -> Checkout:
    """Write a hold of the cart's lines, with the current price of each item."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH held AS (
                INSERT INTO orders_checkout (customer_id, status, expires_at)
                VALUES (%s, %s, statement_timestamp() + make_interval(secs => %s))
                RETURNING id, created_at, expires_at
            ), lines AS (
                INSERT INTO orders_checkoutitem (checkout_id, item_id, quantity, price)
                SELECT held.id, line.*
                  FROM held, unnest(%s::bigint[], %s::int[], %s::numeric[]) AS line
            )
            SELECT id, created_at, expires_at FROM held
            """,
            [
                customer.pk,
                Checkout.Status.HELD.value,
                hold_time.total_seconds(),
                [line.item_id for line in lines],
                [line.quantity for line in lines],
                [line.item.price for line in lines],
            ],
        )
        pk, created_at, expires_at = cursor.fetchone()
    checkout = mark_loaded(
        Checkout(pk=pk, customer=customer, created_at=created_at, expires_at=expires_at)
    )
    checkout.is_new = True
    return checkout


def write_order(
    checkout: Checkout, cart: Cart | None, lines: Sequence[Any], shipping_address: Mapping[str, str]
) -> Order:
    """Write the order of a checkout with its lines and its notification.

    The same statement ends the hold and empties the cart.
    """
    order = _build_order(checkout, lines, shipping_address)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ordered AS (
                INSERT INTO orders_order (
                       number, customer_id, checkout_id, email, status, awaits_assignment,
                       shipping_address, items_total, shipping, tax, price, cancel_reason)
                VALUES (%s, %s, %s, %s, %s, true, %s::jsonb, %s, %s, %s, %s, '')
                RETURNING id, placed_at
            ), lines AS (
                INSERT INTO orders_orderitem (
                       order_id, item_id, name, price, quantity,
                       cancelled_quantity, short_quantity,
                       shipped_quantity, returned_quantity)
                SELECT ordered.id, line.*, 0, 0, 0, 0
                  FROM ordered,
                       unnest(%s::bigint[], %s::text[], %s::numeric[], %s::int[]) AS line
                RETURNING id, item_id
            ), notification AS (
                INSERT INTO orders_ordernotification (order_id, kind, details)
                SELECT id, %s, '{}' FROM ordered
            ), submitted AS (
                UPDATE orders_checkout SET status = %s, ended_at = clock_timestamp()
                 WHERE id = %s
            ), emptied AS (
                DELETE FROM cart_cartitem WHERE cart_id = %s
            )
            SELECT ordered.id, placed_at, lines.id, item_id FROM ordered, lines
            """,
            [
                *(order.number, order.customer_id, order.checkout_id, order.email, order.status),
                *(json.dumps(order.shipping_address), order.items_total),
                *(order.shipping, order.tax, order.price),
                [line.item_id for line in lines],
                [line.item.name for line in lines],
                [line.price for line in lines],
                [line.quantity for line in lines],
                OrderNotification.Kind.RECEIVED.value,
                *(Checkout.Status.SUBMITTED.value, checkout.pk),
                cart.pk if cart else None,
            ],
        )
        rows = cursor.fetchall()
    order.pk, order.placed_at = rows[0][:2]
    set_related(
        mark_loaded(order), "lines", _build_lines(order, lines, {row[3]: row[2] for row in rows})
    )
    checkout.status = Checkout.Status.SUBMITTED
    order.is_new = True
    return order


def _build_order(checkout: Checkout, lines, shipping_address: Mapping[str, str]) -> Order:
    items_total = sum((line.line_total for line in lines), Decimal("0.00"))
    return Order(
        customer=checkout.customer,
        checkout=checkout,
        email=checkout.customer.email,
        shipping_address=dict(shipping_address),
        items_total=items_total,
        price=items_total,
    )


def _build_lines(order: Order, lines, keys: Mapping[int, int]) -> list[OrderItem]:
    """Build the written order lines, in the order of their keys, which `keys` has by item."""
    order_lines = [
        OrderItem(
            pk=keys[line.item_id],
            order=order,
            item=line.item,
            name=line.item.name,
            price=line.price,
            quantity=line.quantity,
        )
        for line in lines
    ]
    return sorted(map(mark_loaded, order_lines), key=lambda line: line.pk)

"""Celery tasks of the warehouses: assignment, reoptimization, shortfalls and the audit."""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from celery import shared_task
from django.core.cache import cache
from django.db import DatabaseError

from shop.core.db.transactions import Busy, run_transaction
from warehouses.assignment import assigning, forecasting, reassigning
from warehouses.assignment.external import fetch_proposals
from warehouses.assignment.strategies.bid_prices import NoBidPrices
from warehouses.assignment.strategies.registry import decides_by_cost
from warehouses.exceptions import InvalidAssignment, StockChanged
from warehouses.fulfilment.backlog import postpone_retry
from warehouses.inventory import shortfalls
from warehouses.stock.audit import BREACHES_CACHE_KEY, find_breaches

logger = logging.getLogger(__name__)

# The time that a task may use to move orders. Beat runs it every five minutes.
MAX_MOVING_SECONDS = 60


@shared_task
def assign_order(order_id: int) -> None:
    """Assign an order; a later sweep retries if that fails."""
    try:
        proposals = fetch_proposals([order_id])
        run_transaction(assigning.assign_order, order_id=order_id, proposals=proposals)
    except Busy as error:
        logger.warning("Order %s is not assigned yet: %s", order_id, error)
    except (InvalidAssignment, DatabaseError) as error:
        _postpone(order_id, error)
    except Exception as error:  # an unforeseen error must not stop the other orders
        logger.exception("Order %s cannot be assigned", order_id)
        _postpone(order_id, error)


def _postpone(order_id: int, error: Exception) -> None:
    logger.warning("Order %s is postponed: %r", order_id, error)
    with suppress(Busy):
        run_transaction(postpone_retry, order_id=order_id, reason=str(error) or repr(error))


@shared_task
def assign_submitted_orders() -> None:
    """Assign all due orders in batches; an order that fails does not affect the others."""
    last = 0
    while order_ids := assigning.orders_to_assign(after=last):
        assign_orders(order_ids)
        last = order_ids[-1]


def assign_orders(order_ids: Sequence[int]) -> None:
    """Assign a batch of orders; if the transaction fails, assign them one by one."""
    try:
        proposals = fetch_proposals(order_ids)
        failures = run_transaction(
            assigning.assign_orders, order_ids=order_ids, proposals=proposals
        )
    except Exception as error:  # one order is the cause, and the others can be assigned
        logger.warning("Orders are assigned one by one: %r", error)
        for order_id in order_ids:
            assign_order(order_id)
        return
    for order_id, failure in failures.items():
        logger.warning("Order %s is not assigned yet: %s", order_id, failure)


@shared_task
def reoptimize_orders() -> None:
    """Move unpicked orders out of closed warehouses, then orders to cheaper warehouses.

    The youngest orders come first, as many as MAX_MOVING_SECONDS allows.
    """
    ends_at = time.monotonic() + MAX_MOVING_SECONDS
    leave_closed_warehouses()
    if not decides_by_cost():
        return  # for this strategy a cheaper assignment is not a better one
    last = None
    while time.monotonic() < ends_at and (
        order_ids := reassigning.newest_orders_to_pick(before=last)
    ):
        move_orders(order_ids)
        last = order_ids[-1]


@shared_task
def leave_closed_warehouses() -> None:
    """Move unpicked orders from closed warehouses to open ones, in batches.

    Orders beyond MAX_MOVING_SECONDS are left to the next `reoptimize_orders`.
    """
    ends_at = time.monotonic() + MAX_MOVING_SECONDS
    last = 0
    while time.monotonic() < ends_at and (
        order_ids := reassigning.orders_in_closed_warehouses(after=last)
    ):
        move_orders(order_ids)
        last = order_ids[-1]


@shared_task
def reassign_orders(order_ids: Sequence[int]) -> None:
    """Assign units that were taken off warehouse orders, then reoptimize the whole orders."""
    assign_orders(order_ids)
    move_orders(order_ids)


def move_orders(order_ids: Sequence[int]) -> None:
    """Move the orders that have a better assignment; skip those that change meanwhile."""
    for moves in reassigning.group_by_shared_stock(reassigning.find_moves(order_ids)):
        try:
            moved = run_transaction(reassigning.move_orders, moves=moves)
        except (Busy, StockChanged) as error:
            logger.info("%s orders were not moved: %r", len(moves), error)
        else:
            logger.info("%s orders are better off now", moved)


@shared_task
def refresh_bid_prices() -> None:
    """Compute the bid prices of items from their expected demand."""
    try:
        forecasting.refresh_bid_prices()
    except NoBidPrices as error:  # the last prices count until they are too old
        logger.warning("Bid prices were not computed: %s", error)


@shared_task
def resolve_shortfall(item_id: int) -> None:
    """Resolve an item's shortfalls and reassign the orders that lost units."""
    try:
        reopened = run_transaction(shortfalls.resolve_shortfall, item_id=item_id)
    except Busy as error:
        logger.warning("The shortfall of item %s is not resolved yet: %s", item_id, error)
        return
    if reopened:
        reassign_orders.delay([order.pk for order in reopened])


@shared_task
def resolve_shortfalls() -> None:
    """Resolve the open shortfalls of all items."""
    for item_id in shortfalls.items_with_open_shortfalls():
        resolve_shortfall(item_id)


@shared_task
def audit_stock() -> None:
    """Check the conservation law; log breaches and cache their number for the gauge."""
    breaches = find_breaches()
    cache.set(BREACHES_CACHE_KEY, len(breaches), timeout=3600)
    for breach in breaches:
        logger.error("The conservation law is broken: %s", breach)

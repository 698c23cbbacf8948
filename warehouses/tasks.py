"""Celery tasks of the warehouses: assignment, reoptimization, shortfalls and the audit."""

import logging
from collections.abc import Sequence

from celery import shared_task
from django.core.cache import cache

from shop.core.db.transactions import Busy, run_transaction
from warehouses.assignment import forecasting, sweeps
from warehouses.assignment.strategies.bid_prices import NoBidPrices
from warehouses.inventory import shortfalls
from warehouses.stock.audit import BREACHES_CACHE_KEY, find_breaches

logger = logging.getLogger(__name__)


@shared_task
def assign_order(order_id: int) -> None:
    """Assign an order; a later sweep retries if that fails."""
    sweeps.assign_or_postpone(order_id)


@shared_task
def assign_submitted_orders() -> None:
    """Assign all due orders."""
    sweeps.assign_due_orders()


@shared_task
def reoptimize_orders() -> None:
    """Reassign unpicked orders from closed warehouses, then orders to cheaper warehouses."""
    sweeps.reoptimize_orders()


@shared_task
def reassign_from_closed_warehouses() -> None:
    """Reassign unpicked orders from closed warehouses to open ones."""
    sweeps.reassign_from_closed_warehouses()


@shared_task
def reassign_orders(order_ids: Sequence[int]) -> None:
    """Assign and reassign the orders that have lost units to a shortfall."""
    sweeps.assign_and_reassign(order_ids)


@shared_task
def redecide_order(order_id: int) -> None:
    """Decide again about an order that goes to another address."""
    sweeps.redecide_order(order_id)


@shared_task
def refresh_bid_prices() -> None:
    """Compute the bid prices of items from their expected demand."""
    try:
        forecasting.refresh_bid_prices()
    except NoBidPrices as error:  # the last prices count until they are too old
        logger.warning("Bid prices were not computed: %s", error)


@shared_task
def resolve_shortfall(item_id: int) -> None:
    """Resolve an item's shortfalls, and enqueue the reassignment of orders that lost units."""
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

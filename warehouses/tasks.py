"""What beat and the nudges ask of the order-assignment service."""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from celery import shared_task
from django.core.cache import cache
from django.db import DatabaseError

from shop.core.db.transactions import Busy, run_transaction
from warehouses.assignment import assigning, forecasting, reassigning
from warehouses.assignment.external import proposals_for
from warehouses.assignment.strategies.bid_prices import NoBidPrices
from warehouses.assignment.strategies.registry import decides_by_cost
from warehouses.exceptions import ChangedSince, InvalidAssignment
from warehouses.fulfilment.backlog import postpone_retry
from warehouses.inventory import shortfalls
from warehouses.stock.audit import BREACHES, find_breaches

logger = logging.getLogger(__name__)

RECONSIDERING_SECONDS = 60  # of every five minutes


@shared_task
def assign_order(order_id: int) -> None:
    """Assign one order; if it cannot be done now, the next sweep tries again."""
    try:
        proposals = proposals_for([order_id])
        run_transaction(assigning.assign_order, order_id=order_id, proposals=proposals)
    except Busy as error:
        logger.warning("Order %s is not assigned yet: %s", order_id, error)
    except (InvalidAssignment, DatabaseError) as error:
        _put_off(order_id, error)
    except Exception as error:  # whatever it is, other orders wait
        logger.exception("Order %s cannot be assigned", order_id)
        _put_off(order_id, error)


def _put_off(order_id: int, error: Exception) -> None:
    logger.warning("Order %s is put off: %r", order_id, error)
    with suppress(Busy):
        run_transaction(postpone_retry, order_id=order_id, reason=str(error) or repr(error))


@shared_task
def assign_submitted_orders() -> None:
    """Assign every order that is due, a batch at a time; each stands or falls by itself."""
    last = 0
    while waiting := assigning.orders_to_assign(after=last):
        assign_orders(waiting)
        last = waiting[-1]


def assign_orders(order_ids: Sequence[int]) -> None:
    """Assign a batch. If it fails as a whole, its orders are assigned one by one."""
    try:
        proposals = proposals_for(order_ids)
        failures = run_transaction(
            assigning.assign_orders, order_ids=order_ids, proposals=proposals
        )
    except Exception as error:  # one of them is the cause, the others need not wait for it
        logger.warning("Orders are assigned one by one: %r", error)
        for order_id in order_ids:
            assign_order(order_id)
        return
    for order_id, failure in failures.items():
        logger.warning("Order %s is not assigned yet: %s", order_id, failure)


@shared_task
def reoptimize_orders() -> None:
    """Move what waits in closed warehouses, and what is cheaper elsewhere by now.

    Looks at the youngest orders first, and at as many as there is time for.
    """
    ends_at = time.monotonic() + RECONSIDERING_SECONDS
    leave_closed_warehouses()
    if not decides_by_cost():
        return  # nothing else would move
    last = None
    while time.monotonic() < ends_at and (young := reassigning.youngest(before=last)):
        move(young)
        last = young[-1]


@shared_task
def leave_closed_warehouses() -> None:
    """Move what closed warehouses have not picked to where it can be had, a batch at a time.

    What there is no time for waits until orders are reconsidered.
    """
    ends_at = time.monotonic() + RECONSIDERING_SECONDS
    last = 0
    while time.monotonic() < ends_at and (waiting := reassigning.waiting_in_closed(after=last)):
        move(waiting)
        last = waiting[-1]


@shared_task
def reassign_orders(order_ids: Sequence[int]) -> None:
    """Give units that were taken off warehouse orders to others, then think of each as a whole."""
    assign_orders(order_ids)
    move(order_ids)


def move(order_ids: Sequence[int]) -> None:
    """Move those of the orders that are better elsewhere; what changes meanwhile stays."""
    for moves in reassigning.in_groups(reassigning.find_moves(order_ids)):
        try:
            moved = run_transaction(reassigning.move_orders, moves=moves)
        except (Busy, ChangedSince) as error:
            logger.info("%s orders were not moved: %r", len(moves), error)
        else:
            logger.info("%s orders are better off now", moved)


@shared_task
def refresh_bid_prices() -> None:
    """Value the units of what sells by the demand that is to come."""
    try:
        forecasting.refresh_bid_prices()
    except NoBidPrices as error:  # what is known counts until it is too old
        logger.warning("Nothing was foreseen: %s", error)


@shared_task
def resolve_shortfall(item_id: int) -> None:
    """Settle what is owed of an item; what cannot be settled yet waits for the next sweep."""
    try:
        reopened = run_transaction(shortfalls.resolve_shortfall, item_id=item_id)
    except Busy as error:
        logger.warning("The shortfall of item %s is not resolved yet: %s", item_id, error)
        return
    if reopened:
        reassign_orders.delay([order.pk for order in reopened])


@shared_task
def resolve_shortfalls() -> None:
    """Settle what is owed of every item."""
    for item_id in shortfalls.items_with_open_shortfalls():
        resolve_shortfall(item_id)


@shared_task
def audit_stock() -> None:
    """Prove the conservation law, tell the gauge, and write what breaks it in the log."""
    breaches = find_breaches()
    cache.set(BREACHES, len(breaches), timeout=3600)
    for breach in breaches:
        logger.error("The conservation law is broken: %s", breach)

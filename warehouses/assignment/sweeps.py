"""Sweeps over orders: assignment and reassignment in batches, each in a transaction of its own.

An order that fails does not affect the others; a later sweep retries it.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from django.db import DatabaseError

from shop.core.db.transactions import Busy, run_transaction
from warehouses.assignment import assigning, reassigning
from warehouses.assignment.external import fetch_proposals
from warehouses.assignment.reassigning import Reassignment
from warehouses.assignment.strategies.registry import decides_by_cost
from warehouses.exceptions import InvalidAssignment, StockChanged
from warehouses.fulfilment.backlog import postpone_retry

logger = logging.getLogger(__name__)

# The time that a sweep may use to reassign orders. Beat starts one every five minutes.
MAX_REASSIGNING_SECONDS = 60


def assign_due_orders() -> None:
    """Assign all due orders in batches, the oldest first."""
    last = 0
    while order_ids := assigning.orders_to_assign(after=last):
        assign_batch(order_ids)
        last = order_ids[-1]


def assign_batch(order_ids: Sequence[int]) -> None:
    """Assign a batch of orders; if the transaction fails, assign them one by one."""
    try:
        proposals = fetch_proposals(order_ids)
        failures = run_transaction(
            assigning.assign_orders, order_ids=order_ids, proposals=proposals
        )
    except Exception as error:  # one order is the cause, and the others can be assigned
        logger.warning("Orders are assigned one by one: %r", error)
        for order_id in order_ids:
            assign_or_postpone(order_id)
        return
    for order_id, failure in failures.items():
        logger.warning("Order %s is not assigned yet: %s", order_id, failure)


def assign_or_postpone(order_id: int) -> None:
    """Assign an order; schedule a retry if that fails."""
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


def reoptimize_orders() -> None:
    """Reassign unpicked orders from closed warehouses, then orders to cheaper warehouses.

    The youngest orders come first, as many as MAX_REASSIGNING_SECONDS allows.
    """
    ends_at = time.monotonic() + MAX_REASSIGNING_SECONDS
    reassign_from_closed_warehouses()
    if not decides_by_cost():
        return  # for this strategy a cheaper assignment is not a better one
    last = None
    while time.monotonic() < ends_at and (
        order_ids := reassigning.newest_orders_to_pick(before=last)
    ):
        reassign_batch(order_ids)
        last = order_ids[-1]


def reassign_from_closed_warehouses() -> None:
    """Reassign unpicked orders from closed warehouses to open ones, in batches.

    Orders beyond MAX_REASSIGNING_SECONDS are left to the next `reoptimize_orders`.
    """
    ends_at = time.monotonic() + MAX_REASSIGNING_SECONDS
    last = 0
    while time.monotonic() < ends_at and (
        order_ids := reassigning.orders_in_closed_warehouses(after=last)
    ):
        reassign_batch(order_ids)
        last = order_ids[-1]


def assign_and_reassign(order_ids: Sequence[int]) -> None:
    """Assign units that were taken off warehouse orders, then reoptimize the whole orders."""
    assign_batch(order_ids)
    reassign_batch(order_ids)


def redecide_order(order_id: int) -> None:
    """Decide again about an order that goes to another address."""
    _apply(reassigning.find_redecision(order_id))


def reassign_batch(order_ids: Sequence[int]) -> None:
    """Reassign the orders that have a better plan; skip those that change meanwhile."""
    _apply(reassigning.find_reassignments(order_ids))


def _apply(planned: Sequence[Reassignment]) -> None:
    for reassignments in reassigning.group_by_shared_stock(planned):
        try:
            count = run_transaction(reassigning.apply_reassignments, reassignments=reassignments)
        except (Busy, StockChanged) as error:
            logger.info("%s orders were not reassigned: %r", len(reassignments), error)
        else:
            logger.info("%s orders were reassigned", count)

"""What beat and the nudges ask of the order-assignment service."""

import logging

from celery import shared_task

from catalog.edge import Busy, at_edge
from warehouses import assignment
from warehouses.exceptions import InvalidAssignment

logger = logging.getLogger(__name__)


@shared_task
def assign_order(order_id: int) -> None:
    """Assign one order; if it cannot be done now, the next sweep tries again."""
    try:
        at_edge(assignment.assign_order, order_id=order_id)
    except (Busy, InvalidAssignment) as error:
        logger.warning("Order %s is not assigned yet: %s", order_id, error)


@shared_task
def assign_submitted_orders() -> None:
    """Assign every order that waits; each stands or falls by itself."""
    last = 0
    while waiting := assignment.orders_to_assign(after=last):
        for order_id in waiting:
            assign_order(order_id)
        last = waiting[-1]

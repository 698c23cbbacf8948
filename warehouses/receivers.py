"""Receivers of signals: what warehouses do when an order or their own stock changes.

Receivers of the orders' signals commit or roll back with the sender. Those of the
warehouses' own signals enqueue a task once the transaction has committed.
"""

from celery.app.task import Task
from django.db import transaction
from django.dispatch import receiver

from orders.signals import items_cancelled, order_cancelled, parcels_shown
from warehouses.delivery.estimates import annotate_arrivals
from warehouses.fulfilment.deallocation import deallocate, deallocate_items
from warehouses.signals import shortfall_opened, warehouse_closed
from warehouses.tasks import leave_closed_warehouses, resolve_shortfall


@receiver(order_cancelled)
def deallocate_order(order, **kwargs) -> None:
    deallocate(order=order)


@receiver(items_cancelled)
def deallocate_cancelled_items(order, cancelled, **kwargs) -> None:
    deallocate_items(order=order, cancelled=cancelled)


@receiver(parcels_shown)
def annotate_parcel_arrivals(parcels, **kwargs) -> None:
    if parcels:
        annotate_arrivals(parcels)


@receiver(shortfall_opened)
def resolve_opened_shortfall(item_id, **kwargs) -> None:
    _enqueue_on_commit(resolve_shortfall, item_id)


@receiver(warehouse_closed)
def leave_closed_warehouse(**kwargs) -> None:
    _enqueue_on_commit(leave_closed_warehouses)


def _enqueue_on_commit(task: Task, *args: int) -> None:
    """Enqueue a task now rather than at the next sweep.

    A message that is lost only delays, so a broker that is away fails no verb.
    """
    transaction.on_commit(lambda: task.delay(*args), robust=True)

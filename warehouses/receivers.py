"""Receivers of the signals of orders and of the warehouses themselves.

Receivers of the orders' signals commit or roll back with the sender. Those of the
warehouses' own signals enqueue a task once the transaction has committed.
"""

from celery.app.task import Task
from django.db import transaction
from django.dispatch import receiver

from orders.signals import items_cancelled, order_cancelled, parcels_loaded
from warehouses.delivery import estimates
from warehouses.fulfilment.deallocation import deallocate, deallocate_items
from warehouses.signals import shortfall_opened, warehouse_closed
from warehouses.tasks import reassign_from_closed_warehouses, resolve_shortfall


@receiver(order_cancelled)
def deallocate_order(order, **kwargs) -> None:
    """Deallocate the warehouse orders of a cancelled order."""
    deallocate(order=order)


@receiver(items_cancelled)
def deallocate_cancelled_items(order, cancelled, **kwargs) -> None:
    """Deallocate cancelled units, by order line id, of an order."""
    deallocate_items(order=order, cancelled=cancelled)


@receiver(parcels_loaded)
def annotate_parcel_arrivals(parcels, **kwargs) -> None:
    """Set `arrives_on` of the parcels that a page shows."""
    if parcels:
        estimates.annotate_parcel_arrivals(parcels)


@receiver(shortfall_opened)
def resolve_opened_shortfall(item_id, **kwargs) -> None:
    """Enqueue the resolving of an item's shortfall."""
    _enqueue_on_commit(resolve_shortfall, item_id)


@receiver(warehouse_closed)
def reassign_from_closed_warehouse(**kwargs) -> None:
    """Enqueue the reassignment of unpicked orders of closed warehouses."""
    _enqueue_on_commit(reassign_from_closed_warehouses)


def _enqueue_on_commit(task: Task, *args: int) -> None:
    """Enqueue a task now rather than at the next sweep.

    A lost message only delays the work, so a broker that is down must not fail the verb.
    """
    transaction.on_commit(lambda: task.delay(*args), robust=True)

"""Receivers of the signals of orders and of the warehouses themselves.

Receivers of the orders' signals commit or roll back with the sender. Those of the
warehouses' own signals enqueue a task once the transaction has committed.
"""

from typing import Any

from celery.app.task import Task
from django.db import transaction
from django.dispatch import receiver

from orders.signals import items_cancelled, order_readdressed, parcels_loaded
from warehouses.delivery import estimates
from warehouses.fulfilment.deallocation import deallocate
from warehouses.fulfilment.readdressing import readdress_warehouse_orders
from warehouses.signals import shortfall_opened, units_unassigned, warehouse_closed
from warehouses.tasks import (
    reassign_from_closed_warehouses,
    reassign_orders,
    redecide_order,
    resolve_shortfall,
)


@receiver(items_cancelled)
def deallocate_cancelled_items(order, freed, short_orders, **kwargs) -> None:
    """Take cancelled units off the warehouse orders, and put them to use."""
    deallocate(order=order, freed=freed, short_orders=short_orders)


@receiver(order_readdressed)
def readdress_order(order, **kwargs) -> None:
    """Write an order's new address on its warehouse orders, and have it decided anew."""
    readdress_warehouse_orders(order=order)
    _enqueue_on_commit(redecide_order, order.pk)


@receiver(parcels_loaded)
def annotate_parcel_arrivals(parcels, **kwargs) -> None:
    """Set `arrives_on` of the parcels that a page shows."""
    if parcels:
        estimates.annotate_parcel_arrivals(parcels)


@receiver(shortfall_opened)
def resolve_opened_shortfall(item_id, **kwargs) -> None:
    """Enqueue the resolving of an item's shortfall."""
    _enqueue_on_commit(resolve_shortfall, item_id)


@receiver(units_unassigned)
def assign_unassigned_units(order, **kwargs) -> None:
    """Enqueue the assignment of an order that has lost units of a parcel."""
    _enqueue_on_commit(reassign_orders, [order.pk])


@receiver(warehouse_closed)
def reassign_from_closed_warehouse(**kwargs) -> None:
    """Enqueue the reassignment of unpicked orders of closed warehouses."""
    _enqueue_on_commit(reassign_from_closed_warehouses)


def _enqueue_on_commit(task: Task, *args: Any) -> None:
    """Enqueue a task now rather than at the next sweep.

    A lost message only delays the work, so a broker that is down must not fail the verb.
    """
    transaction.on_commit(lambda: task.delay(*args), robust=True)

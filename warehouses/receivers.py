"""What warehouses do when orders announce something; they commit or roll back together."""

from django.db import transaction
from django.dispatch import receiver

from orders.signals import items_cancelled, order_cancelled, order_submitted
from warehouses import tasks
from warehouses.assignment import give_back, give_back_items


@receiver(order_submitted)
def nudge_assignment(order, **kwargs) -> None:
    """Assign at once, not at the next sweep. A lost nudge only delays."""
    transaction.on_commit(lambda: tasks.assign_order.delay(order.pk), robust=True)


@receiver(order_cancelled)
def give_back_units(order, **kwargs) -> None:
    give_back(order=order)


@receiver(items_cancelled)
def give_back_cancelled_items(order, cancelled, **kwargs) -> None:
    give_back_items(order=order, cancelled=cancelled)

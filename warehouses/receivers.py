"""What warehouses do when orders announce something; they commit or roll back together."""

from django.dispatch import receiver

from orders.signals import items_cancelled, order_cancelled, parcels_shown
from warehouses.arrivals import note_arrivals
from warehouses.giving_back import give_back, give_back_items


@receiver(order_cancelled)
def give_back_units(order, **kwargs) -> None:
    give_back(order=order)


@receiver(items_cancelled)
def give_back_cancelled_items(order, cancelled, **kwargs) -> None:
    give_back_items(order=order, cancelled=cancelled)


@receiver(parcels_shown)
def note_when_parcels_arrive(parcels, **kwargs) -> None:
    if parcels:
        note_arrivals(parcels)

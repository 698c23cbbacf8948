"""The version of an order, for optimistic locking."""

from orders.models import Order
from orders.state.timeline import parcels_of
from shop.core.optimistic_locking import version_of


def version_of_order(order: Order) -> str:
    """Return the version of an order, read with its progress (timeline.read_progress).

    It changes with the order's status, address, lines and parcels.
    """
    lines = [
        (
            line.pk,
            line.cancelled_quantity,
            line.short_quantity,
            line.shipped_quantity,
            line.returned_quantity,
        )
        for line in order.lines.all()
    ]
    parcels = [
        (
            *(parcel.pk, parcel.status, parcel.carrier_id, parcel.tracking),
            [(line.pk, line.quantity) for line in parcel.lines.all()],
        )
        for parcel in parcels_of(order)
    ]
    address = sorted(order.shipping_address.items())
    return version_of([order.status, address, order.anonymised_at is None, lines, parcels])

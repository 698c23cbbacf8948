"""The outcomes of orders, and the output of commands."""

from io import StringIO

from django.core.management import call_command

from orders.models import Order


def command_output(command: str, *args: str) -> str:
    """Run a management command and return its standard output."""
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def shipping_codes(order: Order) -> list[str]:
    """Return the codes of the warehouses of an order's open parcels, in order of code."""
    parcels = order.warehouse_orders.open().order_by("warehouse__code")
    return [parcel.warehouse.code for parcel in parcels]

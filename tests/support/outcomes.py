"""Looking at what became of orders, and at what commands say."""

from io import StringIO

from django.core.management import call_command

from orders.models import Order


def said_by(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def ships(placed: Order) -> list[str]:
    open_orders = placed.warehouse_orders.open().order_by("warehouse__code")
    return [one.warehouse.code for one in open_orders]

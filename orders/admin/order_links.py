"""Links from pages of the admin to what the layer above records about an order."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from orders.models import Order


def link_parcels(order: Order) -> str:
    """Return links to an order's warehouse orders, with warehouse and status."""
    page = "admin:warehouses_warehouseorder_change"
    parcels = order.warehouse_orders.select_related("warehouse").order_by("pk")
    return _link_in_lines(
        (reverse(page, args=[parcel.pk]), parcel.warehouse.code, parcel.get_status_display())
        for parcel in parcels
    )


def link_decisions(order: Order) -> str:
    """Return links to the assignment decisions about an order, with kind and reason."""
    page = "admin:warehouses_decision_change"
    decisions = order.decisions.order_by("pk").values_list("pk", "kind", "outputs__reason")
    return _link_in_lines(
        (reverse(page, args=[pk]), kind, reason) for pk, kind, reason in decisions
    )


def link_returns(order: Order) -> str:
    """Return links to the return requests of an order, with their status."""
    page = "admin:orders_returnrequest_change"
    return _link_in_lines(
        (reverse(page, args=[request.pk]), f"return {request.pk}", request.get_status_display())
        for request in order.return_requests.order_by("pk")
    )


def _link_in_lines(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return rows of (URL, link text, remark) in lines, or "none yet"."""
    return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>: {}', rows) or "none yet"

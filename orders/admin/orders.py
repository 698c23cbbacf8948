"""Orders as staff see them: looked at here, cancelled through the verb."""

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime

from orders.cancellation import cancel_order
from orders.exceptions import OrderAlreadyShipped, OrderNotFound
from orders.models import Order, OrderItem
from shop.core.admin.confirm import Confirmation, ask
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList


class CancelReason(forms.Form):
    reason = forms.CharField(max_length=500, required=False)


def _cancel(order: Order, answers, user) -> str:
    if order.is_cancelled:
        return f"Order {order} was cancelled already."
    cancel_order(order_id=order.pk, reason=answers["reason"])
    return f"Order {order} is cancelled and its units are back on sale."


CANCEL = Confirmation(
    title="Cancel orders",
    button="Cancel these orders",
    act=_cancel,
    refusals=(OrderAlreadyShipped, OrderNotFound),
    ask_once=CancelReason,
)


class OrderLines(ReadOnlyLines):
    model = OrderItem
    fields = ["name", "price", "quantity", "cancelled_quantity", "short_quantity"]


@admin.register(Order)
class OrderAdmin(ReadOnlyList):
    list_display = ["number", "email", "status", "price", "awaits_assignment", "placed_at"]
    list_filter = ["status", "awaits_assignment"]
    search_fields = ["number__exact", "email__iexact"]
    search_help_text = "A whole order number or e-mail address"
    sortable_by = ()
    list_select_related = ["customer"]
    view_on_site = False  # only the customer may see that page
    inlines = [OrderLines]
    actions = ["cancel"]
    fields = [
        *["number", "status", "customer", "email", "placed_at", "address"],
        *["parcels", "waits", "decisions"],
        *["items_total", "shipping", "tax", "price", "cancelled_at", "cancel_reason"],
        "anonymised_at",
    ]

    @admin.display(description="shipping address")
    def address(self, order: Order) -> str:
        return render_to_string("orders/_address.html", {"address": order.shipping_address})

    @admin.display(description="warehouse orders")
    def parcels(self, order: Order) -> str:
        page = "admin:warehouses_warehouseorder_change"
        rows = [
            (reverse(page, args=[one.pk]), one.warehouse.code, one.get_status_display())
            for one in order.warehouse_orders.select_related("warehouse").order_by("pk")
        ]
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>: {}', rows) or "none yet"

    @admin.display(description="waits for a warehouse")
    def waits(self, order: Order) -> str:
        return waits_of(order)

    @admin.display(description="decisions")
    def decisions(self, order: Order) -> str:
        return decisions_of(order)

    @admin.action(description="Cancel…", permissions=["work"])
    def cancel(self, request, orders):
        return ask(CANCEL, self, request, orders)


def waits_of(order: Order) -> str:
    """Say why an order waits for a warehouse, and until when; the floor above wrote it."""
    if not order.awaits_assignment:
        return "no"
    waiting = getattr(order, "backorder_retry", None)
    if waiting is None:
        return "not tried yet"
    again = date_format(localtime(waiting.retry_at), "DATETIME_FORMAT")
    tries = "once" if waiting.tries == 1 else f"{waiting.tries} times"
    return f"{waiting.reason} Tried {tries}; again at {again}"


def decisions_of(order: Order) -> str:
    """Link what was decided about which warehouses ship an order; the floor above wrote it."""
    page = "admin:warehouses_decision_change"
    told = order.decisions.order_by("pk").values_list("pk", "kind", "outputs__reason")
    rows = [(reverse(page, args=[key]), kind, reason) for key, kind, reason in told]
    return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>: {}', rows) or "none yet"

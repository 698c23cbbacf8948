"""Orders in the admin: read-only, with an action that cancels them."""

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime

from orders.admin.order_links import link_decisions, link_parcels
from orders.cancellation import cancel_order
from orders.exceptions import OrderAlreadyShipped, OrderNotFound
from orders.models import Order, OrderItem
from shop.core.admin.confirm import Confirmation, confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from shop.core.authors import Author


class CancelReason(forms.Form):
    """The reason for cancelling the selected orders."""

    reason = forms.CharField(max_length=500, required=False)


def _cancel(order: Order, inputs, author: Author) -> str:
    if order.is_cancelled:
        return f"Order {order} was cancelled already."
    cancel_order(order_id=order.pk, reason=inputs["reason"], author=author)
    return f"Order {order} is cancelled and its units are back on sale."


CANCEL = Confirmation(
    title="Cancel orders",
    button="Cancel these orders",
    act=_cancel,
    refusals=(OrderAlreadyShipped, OrderNotFound),
    shared_form=CancelReason,
)


class OrderLines(ReadOnlyLines):
    """The lines of an order."""

    model = OrderItem
    fields = ["name", "price", "quantity", "cancelled_quantity", "short_quantity"]


@admin.register(Order)
class OrderAdmin(ReadOnlyList):
    """Orders with their warehouse orders and assignment decisions; staff can cancel them."""

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
        *["parcels", "retry", "decisions"],
        *["items_total", "shipping", "tax", "price", "cancelled_at", "cancel_reason"],
        "anonymised_at",
    ]

    @admin.display(description="shipping address")
    def address(self, order: Order) -> str:
        """Return the shipping address as HTML."""
        return render_to_string("orders/_address.html", {"address": order.shipping_address})

    @admin.display(description="warehouse orders")
    def parcels(self, order: Order) -> str:
        """Return links to the warehouse orders, with warehouse and status."""
        return link_parcels(order)

    @admin.display(description="backorder retry")
    def retry(self, order: Order) -> str:
        """Return the reason of the order's unassigned units, and the time of the next attempt."""
        return describe_retry(order)

    @admin.display(description="decisions")
    def decisions(self, order: Order) -> str:
        """Return links to the assignment decisions about the order."""
        return link_decisions(order)

    @admin.action(description="Cancel…", permissions=["act"])
    def cancel(self, request, orders):
        """Ask for a reason, then cancel the selected orders."""
        return confirm_and_act(CANCEL, self, request, orders)


def describe_retry(order: Order) -> str:
    """Return the reason of an order's unassigned units, and the time of the next attempt.

    Reads the backorder retry of the layer above.
    """
    if not order.awaits_assignment:
        return "none"
    retry = getattr(order, "backorder_retry", None)
    if retry is None:
        return "not tried yet"
    retry_at = date_format(localtime(retry.retry_at), "DATETIME_FORMAT")
    attempts = "once" if retry.attempts == 1 else f"{retry.attempts} times"
    return f"{retry.reason} Tried {attempts}; again at {retry_at}"

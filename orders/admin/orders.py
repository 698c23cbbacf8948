"""Orders in the admin: read-only, with their history, and actions that change them."""

from decimal import Decimal

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime

from orders.admin.order_actions import CANCEL, CANCEL_ITEMS, READDRESS, RETURN
from orders.admin.order_links import link_decisions, link_parcels, link_returns
from orders.models import Order, OrderChange, OrderItem
from shop.core.admin.confirm import confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList


class OrderLines(ReadOnlyLines):
    """The lines of an order, with what became of their units."""

    model = OrderItem
    fields = [
        *["name", "price", "quantity", "cancelled_quantity", "shipped_quantity"],
        *["owed", "short_quantity", "returned_quantity", "due"],
    ]
    readonly_fields = ["owed", "due"]

    @admin.display(description="owed")
    def owed(self, line: OrderItem) -> int:
        """Return the units still to be shipped, short ones included."""
        return line.owed_quantity

    @admin.display(description="due")
    def due(self, line: OrderItem) -> Decimal:
        """Return the price of the units that are neither cancelled nor returned."""
        return line.due


class OrderHistory(ReadOnlyLines):
    """What changed of an order after it was placed, and who changed it."""

    model = OrderChange
    verbose_name_plural = "history"
    fields = ["created_at", "kind", "units", "who", "reason", "what"]
    readonly_fields = ["created_at", "units", "who", "what"]
    show_change_link = False

    def get_queryset(self, request):
        """Read the lines and authors with the changes."""
        return super().get_queryset(request).select_related("order_item", "author")

    @admin.display(description="units")
    def units(self, change: OrderChange) -> str:
        """Return the units and the item's name; none for a change of the order as a whole."""
        return f"{change.quantity} × {change.order_item.name}" if change.order_item else ""

    @admin.display(description="details")
    def what(self, change: OrderChange) -> str:
        """Return the details in words, as "from: WEST; to: EAST"."""
        return "; ".join(f"{name}: {_in_words(value)}" for name, value in change.details.items())

    @admin.display(description="who")
    def who(self, change: OrderChange) -> str:
        """Return the author's e-mail address and the name of the API token, if any."""
        if change.author is None:
            return "the shop"
        by_token = f" by the token {change.token}" if change.token else ""
        return f"{change.author}{by_token}"


def _in_words(value) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


@admin.register(Order)
class OrderAdmin(ReadOnlyList):
    """Orders with their warehouse orders and assignment decisions; staff can cancel them."""

    list_display = ["number", "email", "status", "price", "due", "awaits_assignment", "placed_at"]
    list_filter = ["status", "awaits_assignment"]
    search_fields = ["number__exact", "email__iexact"]
    search_help_text = "A whole order number or e-mail address"
    sortable_by = ()
    list_select_related = ["customer"]
    view_on_site = False  # only the customer may see that page
    inlines = [OrderLines, OrderHistory]
    actions = ["cancel", "cancel_units", "readdress", "request_return"]
    fields = [
        *["number", "status", "customer", "email", "placed_at", "address"],
        *["parcels", "retry", "decisions", "returns"],
        *["items_total", "shipping", "tax", "price", "due", "cancelled_at", "cancel_reason"],
        "anonymised_at",
    ]

    def get_queryset(self, request):
        """Read the lines with the orders: what is due is counted from them."""
        return super().get_queryset(request).prefetch_related("lines")

    @admin.display(description="due")
    def due(self, order: Order) -> Decimal:
        """Return the money due for what is not cancelled or returned."""
        return order.due

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

    @admin.display(description="returns")
    def returns(self, order: Order) -> str:
        """Return links to the return requests of the order."""
        return link_returns(order)

    @admin.action(description="Cancel…", permissions=["act"])
    def cancel(self, request, orders):
        """Ask for a reason, then cancel the selected orders."""
        return confirm_and_act(CANCEL, self, request, orders)

    @admin.action(description="Cancel units…", permissions=["act"])
    def cancel_units(self, request, orders):
        """Ask for units of each line and a reason, then cancel them."""
        return confirm_and_act(CANCEL_ITEMS, self, request, orders)

    @admin.action(description="Change the address…", permissions=["act"])
    def readdress(self, request, orders):
        """Ask for another shipping address of each order, then send it there."""
        return confirm_and_act(READDRESS, self, request, orders)

    @admin.action(description="Request a return…", permissions=["act"])
    def request_return(self, request, orders):
        """Ask for units of each line and a reason, then write the return requests."""
        return confirm_and_act(RETURN, self, request, orders)


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

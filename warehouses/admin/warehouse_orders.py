"""Admin pages of warehouse orders."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html

from orders.admin.order_links import link_decisions
from orders.models import LONG_TEXTS
from shop.core.admin.confirm import confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from warehouses.admin.decision_chart import render_chart
from warehouses.admin.decisions import STAFF_CSS
from warehouses.admin.shipping_forms import CORRECT, MOVE, PICK, PICK_SHORT, SHIP, UNPICK
from warehouses.models import (
    WarehouseOrder,
    WarehouseOrderItem,
)


class WarehouseOrderLines(ReadOnlyLines):
    model = WarehouseOrderItem
    fields = ["item", "quantity"]

    def get_queryset(self, request):
        """Read the items with the lines, without their long texts."""
        return super().get_queryset(request).select_related("item").defer(*LONG_TEXTS)


@admin.register(WarehouseOrder)
class WarehouseOrderAdmin(ReadOnlyList):
    list_display = [
        *["id", "order", "warehouse", "status", "is_overruled", "assigned_to"],
        *["carrier", "tracking", "assigned_at"],
    ]
    list_display_links = ["id", "order"]
    list_filter = ["status", "warehouse", "is_overruled"]
    search_fields = ["order__number__exact", "tracking__exact"]
    search_help_text = "A whole order number or tracking number"
    sortable_by = ()
    list_select_related = ["order", "warehouse", "carrier"]
    inlines = [WarehouseOrderLines]
    actions = ["pick", "pick_short", "unpick", "move", "ship", "correct"]
    fields = [
        *["order", "warehouse", "status", "is_overruled", "reason", "decisions"],
        *["address", "assigned_to", "carrier", "tracking", "tracking_page"],
        *["assigned_at", "picked_at", "shipped_at", "cancelled_at"],
    ]

    class Media:
        css = STAFF_CSS

    def get_queryset(self, request):
        """Read orders and warehouses with the rows."""
        return super().get_queryset(request).select_related("order", "warehouse", "carrier")

    @admin.display(description="reason for this warehouse")
    def reason(self, parcel: WarehouseOrder) -> str:
        """Return the decision as HTML."""
        return render_to_string("admin/warehouses/_decision.html", render_chart(parcel.decision))

    @admin.display(description="decisions about its order")
    def decisions(self, parcel: WarehouseOrder) -> str:
        """Return a link to the decisions about the whole order."""
        return link_decisions(parcel.order)

    @admin.display(description="shipping address")
    def address(self, parcel: WarehouseOrder) -> str:
        """Return the address in lines."""
        return render_to_string("orders/_address.html", {"address": parcel.shipping_address})

    @admin.display(description="tracking page")
    def tracking_page(self, parcel: WarehouseOrder) -> str:
        """Return a link to the carrier's page about the parcel, if it has one."""
        url = parcel.tracking_url
        return format_html('<a href="{}" rel="noopener">{}</a>', url, url) if url else "none"

    @admin.action(description="Pick…", permissions=["act"])
    def pick(self, request, rows):
        """Ask for the worker or truck, then set the rows to picked."""
        return confirm_and_act(PICK, self, request, rows)

    @admin.action(description="Pick what was found…", permissions=["act"])
    def pick_short(self, request, rows):
        """Ask for the worker or truck and the units found, then pick these."""
        return confirm_and_act(PICK_SHORT, self, request, rows)

    @admin.action(description="Unpick…", permissions=["act"])
    def unpick(self, request, rows):
        """Ask whether the units are back on their shelves, then set the rows to assigned."""
        return confirm_and_act(UNPICK, self, request, rows)

    @admin.action(description="Ship it from…", permissions=["act"])
    def move(self, request, rows):
        """Show what shipping from each warehouse means, then move the rows to the chosen ones."""
        return confirm_and_act(MOVE, self, request, rows)

    @admin.action(description="Ship…", permissions=["act"])
    def ship(self, request, rows):
        """Ask for the carriers and tracking numbers, then ship the rows."""
        return confirm_and_act(SHIP, self, request, rows)

    @admin.action(description="Correct the tracking number…", permissions=["act"])
    def correct(self, request, rows):
        """Ask for the right carriers and tracking numbers, then tell the customers."""
        return confirm_and_act(CORRECT, self, request, rows)

"""Admin pages of warehouse orders."""

from django.contrib import admin
from django.template.loader import render_to_string

from orders.admin.order_links import link_decisions
from orders.models import LONG_TEXTS
from shop.core.admin.confirm import confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from warehouses.admin.decision_chart import render_chart
from warehouses.admin.decisions import STAFF_CSS
from warehouses.admin.shipping_forms import PICK, SHIP
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
    list_display = ["id", "order", "warehouse", "status", "assigned_to", "tracking", "assigned_at"]
    list_display_links = ["id", "order"]
    list_filter = ["status", "warehouse"]
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order", "warehouse"]
    inlines = [WarehouseOrderLines]
    actions = ["pick", "ship"]
    fields = [
        *["order", "warehouse", "status", "reason", "decisions"],
        *["address", "assigned_to", "tracking"],
        *["assigned_at", "picked_at", "shipped_at", "cancelled_at"],
    ]

    class Media:
        css = STAFF_CSS

    def get_queryset(self, request):
        """Read orders and warehouses with the rows."""
        return super().get_queryset(request).select_related("order", "warehouse")

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

    @admin.action(description="Pick…", permissions=["act"])
    def pick(self, request, rows):
        """Ask for the worker or truck, then set the rows to picked."""
        return confirm_and_act(PICK, self, request, rows)

    @admin.action(description="Ship…", permissions=["act"])
    def ship(self, request, rows):
        """Ask for the tracking numbers, then ship the rows."""
        return confirm_and_act(SHIP, self, request, rows)

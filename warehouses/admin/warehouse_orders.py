"""Admin pages of warehouse orders."""

from django.contrib import admin
from django.template.loader import render_to_string

from orders.admin.orders import decisions_of
from shop.core.admin.confirm import ask
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from warehouses.admin.decision_chart import render_chart
from warehouses.admin.decisions import STAFF_CSS
from warehouses.admin.shipping_forms import PICK, SHIP
from warehouses.admin.warehouses import LONG_TEXTS
from warehouses.models import (
    WarehouseOrder,
    WarehouseOrderItem,
)


class WarehouseOrderLines(ReadOnlyLines):
    model = WarehouseOrderItem
    fields = ["item", "quantity"]

    def get_queryset(self, request):
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
        *["order", "warehouse", "status", "why", "decisions"],
        *["address", "assigned_to", "tracking"],
        *["assigned_at", "picked_at", "shipped_at", "cancelled_at"],
    ]

    class Media:
        css = STAFF_CSS

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("order", "warehouse")

    @admin.display(description="why this warehouse")
    def why(self, one: WarehouseOrder) -> str:
        return render_to_string("admin/warehouses/_decision.html", render_chart(one.decision))

    @admin.display(description="decisions about its order")
    def decisions(self, one: WarehouseOrder) -> str:
        return decisions_of(one.order)

    @admin.display(description="shipping address")
    def address(self, one: WarehouseOrder) -> str:
        return render_to_string("orders/_address.html", {"address": one.shipping_address})

    @admin.action(description="Pick…", permissions=["work"])
    def pick(self, request, rows):
        return ask(PICK, self, request, rows)

    @admin.action(description="Ship…", permissions=["work"])
    def ship(self, request, rows):
        return ask(SHIP, self, request, rows)

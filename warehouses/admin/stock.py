"""Admin pages of stock rows, stock movements and shortfalls."""

from functools import partial

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from orders.models import LONG_TEXTS
from shop.core.admin.confirm import confirm_and_act
from shop.core.admin.lists import ReadOnlyList
from warehouses.admin.stock_forms import DISCARD, RECEIVE, RECOUNT
from warehouses.admin.trace import trace_page
from warehouses.models import (
    Shortfall,
    StockMovement,
    WarehouseStock,
)


@admin.register(WarehouseStock)
class WarehouseStockAdmin(ReadOnlyList):
    list_display = ["item", "warehouse", "physical_stock", "available_stock"]
    list_filter = ["warehouse"]
    search_fields = ["item__sku__startswith", "item__name__icontains"]
    search_help_text = "How an item's SKU begins, or part of its name"
    sortable_by = ()
    list_select_related = ["item", "warehouse"]
    ordering = ["-pk"]
    actions = ["receive", "discard", "recount", "trace"]

    def get_queryset(self, request):
        """Read items and warehouses with the rows, without the items' long texts."""
        rows = super().get_queryset(request).select_related("item", "warehouse")
        return rows.defer(*LONG_TEXTS)

    @admin.action(description="Receive goods…", permissions=["act"])
    def receive(self, request, rows):
        """Ask for the quantities, then receive stock."""
        return confirm_and_act(RECEIVE, self, request, rows)

    @admin.action(description="Discard units…", permissions=["act"])
    def discard(self, request, rows):
        """Ask for the quantities and a reason, then discard stock."""
        return confirm_and_act(DISCARD, self, request, rows)

    @admin.action(description="Record a stock count…", permissions=["act"])
    def recount(self, request, rows):
        """Ask for the counts, then correct the physical stock."""
        return confirm_and_act(RECOUNT, self, request, rows)

    @admin.action(description="Show where each unit went", permissions=["view"])
    def trace(self, request, rows):
        """Redirect to the timeline of the first row's item, or to the list without a row."""
        row = rows.first()
        return row and HttpResponseRedirect(reverse("admin:trace_item", args=[row.item_id]))

    def get_urls(self):
        """Add the page of an item's timeline."""
        page = self.admin_site.admin_view(partial(trace_page, site=self.admin_site))
        return [path("trace/<key:item_id>/", page, name="trace_item"), *super().get_urls()]


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyList):
    """The ledger."""

    list_display = [
        *["moved_at", "kind", "item", "warehouse", "physical_change", "available_change"],
        *["reference", "parcel", "author"],
    ]
    list_filter = ["kind", "warehouse"]
    search_fields = ["item__sku__exact"]
    search_help_text = "A whole SKU"
    sortable_by = ()
    list_select_related = ["item", "warehouse", "author"]

    def get_queryset(self, request):
        """Read items, warehouses and authors with the entries, without long texts."""
        entries = super().get_queryset(request).select_related("item", "warehouse", "author")
        return entries.defer(*LONG_TEXTS)

    @admin.display(description="warehouse order", ordering=None)
    def parcel(self, entry: StockMovement) -> str:
        """Return a link to the warehouse order of the units, if any."""
        if not entry.warehouse_order_id:
            return ""
        url = reverse("admin:warehouses_warehouseorder_change", args=[entry.warehouse_order_id])
        return format_html('<a href="{}">{}</a>', url, entry.warehouse_order_id)


@admin.register(Shortfall)
class ShortfallAdmin(ReadOnlyList):
    """Units that are promised and not on the shelves.

    One whose missing units are on a picked parcel waits for the word of its picker, who
    picks it short or unpicks it.
    """

    list_display = [
        *["item", "warehouse", "missing", "promised", "waits_for"],
        *["opened_at", "resolved_at"],
    ]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "warehouse"]
    search_fields = ["item__sku__exact"]
    search_help_text = "A whole SKU"
    sortable_by = ()
    list_select_related = ["item", "warehouse"]
    ordering = ["-pk"]
    fields = [
        *["item", "warehouse", "missing", "promised", "waits_for"],
        *["opened_at", "resolved_at"],
    ]

    def get_queryset(self, request):
        """Read items and warehouses with the rows, without the items' long texts."""
        rows = super().get_queryset(request).select_related("item", "warehouse", "picked_parcel")
        return rows.defer(*LONG_TEXTS)

    @admin.display(description="waits for")
    def waits_for(self, shortfall: Shortfall) -> str:
        """Return a link to the picked parcel that it waits for, or what happens to it."""
        if shortfall.resolved_at:
            return "nothing"
        if not shortfall.picked_parcel:
            return "the next sweep"
        parcel = shortfall.picked_parcel
        url = reverse("admin:warehouses_warehouseorder_change", args=[parcel.pk])
        picker = parcel.assigned_to or "the picker"
        return format_html('<a href="{}">{}, who picked parcel {}</a>', url, picker, parcel.pk)

"""The warehouses as staff see them. Quantities and states change through actions only."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.db.models import TimeField
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html

from catalog.admin_lists import QuickList, ReadOnlyLines, ReadOnlyList
from catalog.admin_questions import ask, in_words
from catalog.edge import Busy, at_edge
from orders.admin import decisions_of
from warehouses import admin_decisions, admin_rates, admin_waiting  # noqa: F401 -- registers them
from warehouses.admin_decisions import STAFF_CSS
from warehouses.admin_shipping import PICK, SHIP
from warehouses.admin_stock import DISCARD, RECEIVE, RECEIVE_NEW, RECOUNT
from warehouses.admin_trace import trace_page
from warehouses.exceptions import WarehouseExists
from warehouses.explaining import explained
from warehouses.models import (
    Shortfall,
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseStock,
)
from warehouses.warehouses import close_warehouse, create_warehouse, open_warehouse

TIME_OF_DAY = forms.TimeInput(attrs={"type": "time"}, format="%H:%M:%S")
# A list shows an item's name, never its long texts.
LONG_TEXTS = ("item__search_document", "item__description")


@admin.register(Warehouse)
class WarehouseAdmin(QuickList):
    list_display = [
        *["code", "is_open", "cutoff", "handling_days", "parcels_per_day", "priority"],
        *["name", "postal_code", "latitude", "longitude"],
    ]
    list_filter = ["is_open"]
    # A cut-off is in the region's time, and Django's own field compares it with the browser's.
    formfield_overrides = {TimeField: {"widget": TIME_OF_DAY}}
    search_fields = ["code__istartswith", "name", "postal_code__startswith"]
    fields = [
        *["code", "name", "postal_code", "latitude", "longitude"],
        *["priority", "parcels_per_day", "handling_days", "cutoff"],
    ]
    actions = ["receive", "close", "reopen"]

    def get_readonly_fields(self, request, obj=None):
        """A warehouse keeps its code: stock files know it by that."""
        return ["code", "is_open"] if obj else []

    def get_fields(self, request, obj=None):
        return [*self.fields, "is_open"] if obj else self.fields

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_receive_permission(self, request) -> bool:
        return request.user.has_perm("warehouses.change_warehousestock")

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except WarehouseExists as refusal:  # somebody was quicker than the form's own check
            messages.error(request, in_words(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
            return
        obj.pk = at_edge(create_warehouse, **form.cleaned_data).pk

    @admin.action(description="Receive goods…", permissions=["receive"])
    def receive(self, request, warehouses):
        return ask(RECEIVE_NEW, self, request, warehouses)

    @admin.action(description="Close: take its free units off sale", permissions=["change"])
    def close(self, request, warehouses):
        self._each(request, warehouses, close_warehouse, "closed")

    @admin.action(description="Open: put its free units on sale", permissions=["change"])
    def reopen(self, request, warehouses):
        self._each(request, warehouses, open_warehouse, "open")

    def _each(self, request, warehouses, verb, state: str) -> None:
        for warehouse in warehouses.order_by("pk"):
            try:
                at_edge(verb, warehouse_id=warehouse.pk)
                messages.success(request, f"{warehouse.code} is {state}.")
            except Busy:
                messages.error(request, f"Goods are moving at {warehouse.code}. Try again.")


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
        rows = super().get_queryset(request).select_related("item", "warehouse")
        return rows.defer(*LONG_TEXTS)

    @admin.action(description="Receive goods…", permissions=["work"])
    def receive(self, request, rows):
        return ask(RECEIVE, self, request, rows)

    @admin.action(description="Discard units…", permissions=["work"])
    def discard(self, request, rows):
        return ask(DISCARD, self, request, rows)

    @admin.action(description="Correct to what was counted…", permissions=["work"])
    def recount(self, request, rows):
        return ask(RECOUNT, self, request, rows)

    @admin.action(description="Show where each unit went", permissions=["view"])
    def trace(self, request, rows):
        return HttpResponseRedirect(reverse("admin:trace_item", args=[rows[0].item_id]))

    def get_urls(self):
        page = self.admin_site.admin_view(partial(trace_page, site=self.admin_site))
        return [path("trace/<key:item_id>/", page, name="trace_item"), *super().get_urls()]


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
        return render_to_string("admin/warehouses/_decision.html", explained(one.decision))

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


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyList):
    """The ledger."""

    list_display = [
        *["at", "kind", "item", "warehouse", "physical_change", "available_change"],
        *["reference", "parcel", "author"],
    ]
    list_filter = ["kind", "warehouse"]
    search_fields = ["item__sku__exact"]
    search_help_text = "A whole SKU"
    sortable_by = ()
    list_select_related = ["item", "warehouse", "author"]

    def get_queryset(self, request):
        entries = super().get_queryset(request).select_related("item", "warehouse", "author")
        return entries.defer(*LONG_TEXTS)

    @admin.display(description="warehouse order", ordering=None)
    def parcel(self, entry: StockMovement) -> str:
        if not entry.warehouse_order_id:
            return ""
        url = reverse("admin:warehouses_warehouseorder_change", args=[entry.warehouse_order_id])
        return format_html('<a href="{}">{}</a>', url, entry.warehouse_order_id)


@admin.register(Shortfall)
class ShortfallAdmin(ReadOnlyList):
    list_display = ["item", "warehouse", "missing", "promised", "opened_at", "resolved_at"]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "warehouse"]
    search_fields = ["item__sku__exact"]
    search_help_text = "A whole SKU"
    sortable_by = ()
    list_select_related = ["item", "warehouse"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("item", "warehouse")
        return rows.defer(*LONG_TEXTS)

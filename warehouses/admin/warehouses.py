"""Admin page of warehouses. They are opened and closed through actions only."""

from django import forms
from django.contrib import admin, messages
from django.db.models import TimeField
from django.http import HttpResponseRedirect

from shop.core.admin.confirm import confirm_and_act, describe_refusal
from shop.core.admin.lists import QuickList
from shop.core.db.transactions import Busy, run_transaction
from warehouses.admin.stock_forms import RECEIVE_NEW
from warehouses.exceptions import WarehouseExists
from warehouses.inventory.warehouses import close_warehouse, create_warehouse, open_warehouse
from warehouses.models import (
    Warehouse,
)

TIME_OF_DAY = forms.TimeInput(attrs={"type": "time"}, format="%H:%M:%S")


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
        """Keep the code of a saved warehouse, because stock files refer to it."""
        return ["code", "is_open"] if obj else []

    def get_fields(self, request, obj=None):
        """Show of a saved warehouse whether it is open, too."""
        return [*self.fields, "is_open"] if obj else self.fields

    def has_delete_permission(self, request, obj=None) -> bool:
        """Refuse deletion; a warehouse can be closed instead."""
        return False

    def has_receive_permission(self, request) -> bool:
        """Return whether the user may change stock rows."""
        return request.user.has_perm("warehouses.change_warehousestock")

    def changeform_view(self, request, *args, **kwargs):
        """Show the form again with a message if another request took the code meanwhile."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except WarehouseExists as refusal:  # the code was free when the form was validated
            messages.error(request, describe_refusal(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change) -> None:
        """Create a warehouse by its verb; of a saved one, write only the changed fields."""
        if change:
            obj.save(update_fields=form.changed_data)
            return
        obj.pk = run_transaction(create_warehouse, **form.cleaned_data).pk

    @admin.action(description="Receive goods…", permissions=["receive"])
    def receive(self, request, warehouses):
        """Ask for an SKU and a quantity for each warehouse, then receive stock."""
        return confirm_and_act(RECEIVE_NEW, self, request, warehouses)

    @admin.action(description="Close: take its free units off sale", permissions=["change"])
    def close(self, request, warehouses):
        """Close the warehouses."""
        self._run_each(request, warehouses, close_warehouse, "closed")

    @admin.action(description="Open: put its free units on sale", permissions=["change"])
    def reopen(self, request, warehouses):
        """Open the warehouses."""
        self._run_each(request, warehouses, open_warehouse, "open")

    def _run_each(self, request, warehouses, verb, state: str) -> None:
        """Call the verb for each warehouse in a transaction of its own."""
        for warehouse in warehouses.order_by("pk"):
            try:
                run_transaction(verb, warehouse_id=warehouse.pk)
                messages.success(request, f"{warehouse.code} is {state}.")
            except Busy:
                messages.error(request, f"Goods are moving at {warehouse.code}. Try again.")

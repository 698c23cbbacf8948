"""Forms and confirmations of the admin actions that receive, discard and count stock."""

from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.models import Item
from shop.core.admin.confirm import Confirmation
from shop.core.authors import Author
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock, ReceiptRefused
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.feeds import MAX_RECEIPT_UNITS, MAX_REFERENCE_LENGTH
from warehouses.inventory.receiving import receive_stock
from warehouses.models import Warehouse, WarehouseStock
from warehouses.stock.rows import PostedMovement


class DeliveryNote(forms.Form):
    reference = forms.CharField(
        max_length=MAX_REFERENCE_LENGTH,
        label="Delivery note",
        help_text="Under the same one, an item is received once in a warehouse.",
    )


class Reason(forms.Form):
    reason = forms.CharField(max_length=MAX_REFERENCE_LENGTH)


class Quantity(forms.Form):
    quantity = forms.IntegerField(min_value=1, max_value=MAX_RECEIPT_UNITS, label="Units")


class Count(forms.Form):
    physical_stock = forms.IntegerField(
        min_value=0, max_value=MAX_RECEIPT_UNITS, label="Units on the shelves"
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)


class Arrival(Quantity):
    sku = forms.CharField(max_length=64, label="SKU")
    field_order = ["sku", "quantity"]

    def clean_sku(self) -> str:
        """Check that the SKU is that of an item."""
        if not Item.objects.filter(sku=self.cleaned_data["sku"]).exists():
            raise forms.ValidationError("There is no item with this SKU.")
        return self.cleaned_data["sku"]


def _describe(row: WarehouseStock) -> str:
    return (
        f"{row.item} in {row.warehouse.code}: {row.physical_stock} on the shelves,"
        f" {row.available_stock} of them not assigned"
    )


def _receive(row: WarehouseStock, inputs: Mapping[str, Any], author: Author) -> str:
    return _receive_item(row.warehouse, row.item, inputs, author)


def _receive_new(warehouse: Warehouse, inputs: Mapping[str, Any], author: Author) -> str:
    return _receive_item(warehouse, Item.objects.get(sku=inputs["sku"]), inputs, author)


def _receive_item(
    warehouse: Warehouse, item: Item, inputs: Mapping[str, Any], author: Author
) -> str:
    movement = receive_stock(
        warehouse=warehouse,
        item=item,
        quantity=inputs["quantity"],
        reference=inputs["reference"],
        author=author,
    )
    return _summary(movement)


def _discard(row: WarehouseStock, inputs: Mapping[str, Any], author: Author) -> str:
    movement = discard_stock(
        warehouse=row.warehouse,
        item=row.item,
        quantity=inputs["quantity"],
        reason=inputs["reason"],
        author=author,
    )
    return _summary(movement)


def _recount(row: WarehouseStock, inputs: Mapping[str, Any], author: Author) -> str:
    movement = recount_stock(
        warehouse=row.warehouse,
        item=row.item,
        physical_stock=inputs["physical_stock"],
        expected=inputs["expected"],
        author=author,
    )
    return _summary(movement)


def _summary(movement: PostedMovement) -> str:
    """Return the message about a movement."""
    entry = movement.entry
    if not movement.is_new:
        return f"{entry.item.name}: {entry.reference!r} was received before; nothing changed."
    message = f"{entry.item.name}: {entry.get_kind_display().lower()} {entry.physical_change:+d}."
    if movement.shortfall:
        message += f" This opened a shortfall: {movement.shortfall}."
    return message


RECEIVE = Confirmation(
    title="Receive goods",
    button="Receive",
    act=_receive,
    refusals=(ReceiptRefused,),
    shared_form=DeliveryNote,
    row_form=Quantity,
    name=_describe,
)
RECEIVE_NEW = Confirmation(
    title="Receive goods",
    button="Receive",
    act=_receive_new,
    refusals=(ReceiptRefused, Item.DoesNotExist),
    shared_form=DeliveryNote,
    row_form=Arrival,
)
DISCARD = Confirmation(
    title="Discard units",
    button="Discard",
    act=_discard,
    refusals=(MoreThanPhysicalStock,),
    shared_form=Reason,
    row_form=Quantity,
    name=_describe,
)
RECOUNT = Confirmation(
    title="Record a stock count",
    button="Record",
    act=_recount,
    refusals=(CountConflict, MoreThanPhysicalStock),
    row_form=Count,
    initial=lambda row: {"physical_stock": row.physical_stock, "expected": row.physical_stock},
    name=_describe,
)

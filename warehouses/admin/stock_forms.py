"""What the admin asks before goods are received, thrown out or counted."""

from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.models import Item
from shop.core.admin.confirm import Confirmation
from warehouses.exceptions import CountConflict, MoreThanPhysicalStock, ReceiptRefused
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.importing import MAX_RECEIPT_UNITS, MAX_REFERENCE_LENGTH
from warehouses.inventory.receiving import Movement, receive_stock
from warehouses.models import Warehouse, WarehouseStock


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
        if not Item.objects.filter(sku=self.cleaned_data["sku"]).exists():
            raise forms.ValidationError("There is no item with this SKU.")
        return self.cleaned_data["sku"]


def _place(row: WarehouseStock) -> str:
    return (
        f"{row.item} in {row.warehouse.code}: {row.physical_stock} on the shelves,"
        f" {row.available_stock} of them not assigned"
    )


def _receive(row: WarehouseStock, answers: Mapping[str, Any], user) -> str:
    said = {"quantity": answers["quantity"], "reference": answers["reference"], "author": user}
    return _in_words(receive_stock(warehouse=row.warehouse, item=row.item, **said))


def _receive_new(warehouse: Warehouse, answers: Mapping[str, Any], user) -> str:
    item = Item.objects.get(sku=answers["sku"])
    said = {"quantity": answers["quantity"], "reference": answers["reference"], "author": user}
    return _in_words(receive_stock(warehouse=warehouse, item=item, **said))


def _discard(row: WarehouseStock, answers: Mapping[str, Any], user) -> str:
    said = {"quantity": answers["quantity"], "reason": answers["reason"], "author": user}
    return _in_words(discard_stock(warehouse=row.warehouse, item=row.item, **said))


def _recount(row: WarehouseStock, answers: Mapping[str, Any], user) -> str:
    said = {"physical_stock": answers["physical_stock"], "expected": answers["expected"]}
    return _in_words(recount_stock(warehouse=row.warehouse, item=row.item, **said, author=user))


def _in_words(movement: Movement) -> str:
    entry = movement.entry
    if not movement.is_new:
        return f"{entry.item.name}: {entry.reference!r} was received before; nothing changed."
    said = f"{entry.item.name}: {entry.get_kind_display().lower()} {entry.physical_change:+d}."
    if movement.shortfall:
        said += f" This opened a shortfall: {movement.shortfall}."
    return said


RECEIVE = Confirmation(
    title="Receive goods",
    button="Receive",
    act=_receive,
    refusals=(ReceiptRefused,),
    ask_once=DeliveryNote,
    ask_each=Quantity,
    name=_place,
)
RECEIVE_NEW = Confirmation(
    title="Receive goods",
    button="Receive",
    act=_receive_new,
    refusals=(ReceiptRefused, Item.DoesNotExist),
    ask_once=DeliveryNote,
    ask_each=Arrival,
)
DISCARD = Confirmation(
    title="Discard units",
    button="Discard",
    act=_discard,
    refusals=(MoreThanPhysicalStock,),
    ask_once=Reason,
    ask_each=Quantity,
    name=_place,
)
RECOUNT = Confirmation(
    title="Correct to what was counted",
    button="Correct",
    act=_recount,
    refusals=(CountConflict, MoreThanPhysicalStock),
    ask_each=Count,
    start_with=lambda row: {"physical_stock": row.physical_stock, "expected": row.physical_stock},
    name=_place,
)

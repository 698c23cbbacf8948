"""Forms and confirmations of the admin actions that pick and ship warehouse orders."""

from collections.abc import Mapping
from typing import Any

from django import forms

from shop.core.admin.confirm import Confirmation
from shop.core.authors import Author
from warehouses.exceptions import MoreThanPhysicalStock, OrderCancelled, WarehouseOrderNotFound
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import WarehouseOrder


class Worker(forms.Form):
    assigned_to = forms.CharField(max_length=120, label="Worker or truck")


class Tracking(forms.Form):
    tracking = forms.CharField(max_length=120, required=False, label="Tracking number")


def _pick(parcel: WarehouseOrder, inputs: Mapping[str, Any], author: Author) -> str:
    if parcel.picked_at:
        return f"{parcel} was picked already, by {parcel.assigned_to}."
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to=inputs["assigned_to"])
    return f"{parcel} is picked by {inputs['assigned_to']}."


def _ship(parcel: WarehouseOrder, inputs: Mapping[str, Any], author: Author) -> str:
    if parcel.is_shipped:
        return f"{parcel} was shipped already."
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking=inputs["tracking"], author=author)
    return f"{parcel} is on its way."


PICK = Confirmation(
    title="Pick warehouse orders",
    button="They are picked",
    act=_pick,
    refusals=(OrderCancelled, WarehouseOrderNotFound),
    shared_form=Worker,
)
SHIP = Confirmation(
    title="Ship warehouse orders",
    button="They are on their way",
    act=_ship,
    refusals=(OrderCancelled, WarehouseOrderNotFound, MoreThanPhysicalStock),
    row_form=Tracking,
)

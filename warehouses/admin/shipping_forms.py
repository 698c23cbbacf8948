"""Forms and confirmations of the admin actions about warehouse orders."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import date_format

from catalog.templatetags.catalogue import money
from orders.exceptions import NotThatMany
from orders.state.history import MAX_REASON_LENGTH
from shop.core.admin.confirm import Confirmation, RowForm
from shop.core.authors import Author
from warehouses.assignment.overruling import MoveOption, move_options, move_warehouse_order
from warehouses.delivery.money import in_major
from warehouses.exceptions import (
    AlreadyPicked,
    AlreadyShipped,
    MoreThanAvailableStock,
    MoreThanPhysicalStock,
    NotShippedYet,
    OrderCancelled,
    SameWarehouse,
    WarehouseClosed,
    WarehouseOrderNotFound,
    WarehouseOrderShipped,
)
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
from warehouses.models import Carrier, Warehouse, WarehouseOrder

Inputs = Mapping[str, Any]


class Worker(forms.Form):
    assigned_to = forms.CharField(max_length=120, label="Worker or truck")


class UnitsFound(RowForm):
    """How many units of each line the picker found."""

    def __init__(self, *args: Any, row: WarehouseOrder, **kwargs: Any):
        super().__init__(*args, row=row, **kwargs)
        self.lines = list(row.lines.select_related("item"))
        for line in self.lines:
            self.fields[f"found-{line.item_id}"] = forms.IntegerField(
                label=f"{line.item.name}: found of {line.quantity}",
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity,
                help_text="What was not found is counted off the shelf, and assigned anew.",
            )

    def clean(self) -> dict[str, Any]:
        """Return the units found by item as `found`."""
        cleaned = super().clean() or {}
        found = {line.item_id: cleaned.get(f"found-{line.item_id}") for line in self.lines}
        return {**cleaned, "found": found}


class Tracking(forms.Form):
    carrier = forms.ModelChoiceField(
        Carrier.objects.order_by("name"),
        required=False,
        empty_label="No carrier",
        help_text="Others are added on the page of carriers.",
    )
    tracking = forms.CharField(max_length=120, required=False, label="Tracking number")


class Target(RowForm):
    """From where else a warehouse order could ship, with the cost and the day of arrival."""

    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label="Ship it from", widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, row: WarehouseOrder, **kwargs: Any):
        super().__init__(*args, row=row, **kwargs)
        options = {option.warehouse.pk: option for option in move_options(row)}
        present = options.pop(row.warehouse_id)
        possible = {pk: option for pk, option in options.items() if option.is_possible}
        field: Any = self.fields["warehouse"]
        field.queryset = Warehouse.objects.filter(pk__in=possible).order_by("code")
        field.label_from_instance = lambda warehouse: describe_option(possible[warehouse.pk])
        field.help_text = f"Now from {describe_option(present)}."
        if not possible:
            field.help_text += " No other warehouse has all of its units free."


class MoveReason(forms.Form):
    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH,
        help_text="The customer can read it on the page of the order.",
    )


def describe_option(option: MoveOption) -> str:
    """Return a warehouse with the cost of shipping from it and the day of arrival, in words."""
    cost = "closed" if option.cost is None else money(in_major(option.cost))
    arrival = option.arrives_on
    day = date_format(arrival, "l, N j") if arrival else "at an unknown day"
    return f"{option.warehouse.code} {option.warehouse.name}: {cost}, arrives {day}"


def _pick(parcel: WarehouseOrder, inputs: Inputs, author: Author) -> str:
    picked = pick_warehouse_order(
        warehouse_order_id=parcel.pk,
        assigned_to=inputs["assigned_to"],
        found=inputs.get("found"),
        author=author,
    )
    if picked.is_cancelled:
        return f"Nothing of {parcel} was found: it is cancelled, and its units are assigned anew."
    return f"{parcel} is picked by {inputs['assigned_to']}."


def _unpick(parcel: WarehouseOrder, inputs: Inputs, author: Author) -> str:
    unpick_warehouse_order(warehouse_order_id=parcel.pk)
    return f"{parcel} is to be picked again."


def _ship(parcel: WarehouseOrder, inputs: Inputs, author: Author) -> str:
    ship_warehouse_order(
        warehouse_order_id=parcel.pk,
        carrier=_name_of(inputs["carrier"]),
        tracking=inputs["tracking"],
        author=author,
    )
    return f"{parcel} is on its way."


def _correct(parcel: WarehouseOrder, inputs: Inputs, author: Author) -> str:
    correct_tracking(
        warehouse_order_id=parcel.pk,
        carrier=_name_of(inputs["carrier"]),
        tracking=inputs["tracking"],
        author=author,
    )
    return f"{parcel} is corrected, and its customer is told what has changed."


def _move(parcel: WarehouseOrder, inputs: Inputs, author: Author) -> str:
    moved = move_warehouse_order(
        warehouse_order_id=parcel.pk,
        warehouse=inputs["warehouse"],
        reason=inputs["reason"],
        author=author,
    )
    return f"{parcel} is cancelled: {moved} replaces it."


def _name_of(carrier: Carrier | None) -> str:
    return carrier.name if carrier else ""


COMMON_REFUSALS = (OrderCancelled, WarehouseOrderNotFound)
PICK = Confirmation(
    title="Pick warehouse orders",
    button="They are picked",
    act=_pick,
    refusals=(*COMMON_REFUSALS, AlreadyPicked, WarehouseOrderShipped),
    shared_form=Worker,
)
PICK_SHORT = Confirmation(
    title="Pick what was found",
    button="This was found",
    act=_pick,
    refusals=(*COMMON_REFUSALS, AlreadyPicked, NotThatMany, WarehouseOrderShipped),
    shared_form=Worker,
    row_form=UnitsFound,
)
UNPICK = Confirmation(
    title="Put picked units back on their shelves",
    button="They are back on their shelves",
    act=_unpick,
    refusals=(*COMMON_REFUSALS, WarehouseOrderShipped),
)
SHIP = Confirmation(
    title="Ship warehouse orders",
    button="They are on their way",
    act=_ship,
    refusals=(*COMMON_REFUSALS, AlreadyShipped, MoreThanPhysicalStock),
    row_form=Tracking,
)
CORRECT = Confirmation(
    title="Correct tracking numbers",
    button="Correct them and tell the customers",
    act=_correct,
    refusals=(*COMMON_REFUSALS, NotShippedYet),
    row_form=Tracking,
    initial=lambda parcel: {"carrier": parcel.carrier_id, "tracking": parcel.tracking},
)
MOVE = Confirmation(
    title="Ship from another warehouse",
    button="Ship from there",
    act=_move,
    refusals=(
        *COMMON_REFUSALS,
        AlreadyPicked,
        MoreThanAvailableStock,
        SameWarehouse,
        WarehouseClosed,
        WarehouseOrderShipped,
    ),
    shared_form=MoveReason,
    row_form=Target,
)

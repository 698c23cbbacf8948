"""Forms and confirmations of the admin actions about orders."""

from collections.abc import Mapping
from typing import Any

from django import forms

from orders.addresses.forms import AddressForm
from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import (
    NotThatMany,
    OrderAlreadyPicked,
    OrderAlreadyShipped,
    OrderNotFound,
    OrderOver,
    ReturnTooLate,
    TooManyChanges,
)
from orders.models import Order
from orders.readdressing import change_shipping_address
from orders.returns import request_return, returnable_units
from orders.state.history import MAX_REASON_LENGTH
from shop.core.admin.confirm import Confirmation, RowForm
from shop.core.authors import Author

Inputs = Mapping[str, Any]

CUSTOMER_READS_IT = "The customer can read it."


class Reason(forms.Form):
    """The reason for what is done to the selected orders."""

    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH, required=False, help_text=CUSTOMER_READS_IT
    )


class UnitsForm(RowForm):
    """How many units of each line of an order, as many as its limit at most."""

    nothing = "There is nothing to choose."

    def __init__(self, *args: Any, row: Order, **kwargs: Any):
        super().__init__(*args, row=row, **kwargs)
        limits = self.limits_of(row)
        self.lines = {
            f"item-{line.item_id}": line for line in row.lines.all() if limits[line.item_id] > 0
        }
        for name, line in self.lines.items():
            limit = limits[line.item_id]
            self.fields[name] = forms.IntegerField(
                label=f"{line.name} (at most {limit})",
                min_value=0,
                max_value=limit,
                required=False,
            )

    def limits_of(self, order: Order) -> Mapping[int, int]:
        """Return how many units of each item can be chosen."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Return the chosen units by item as `quantities`. Requires one unit at least."""
        cleaned = super().clean() or {}
        quantities = {
            line.item_id: cleaned[name] for name, line in self.lines.items() if cleaned.get(name)
        }
        if not self.errors and not quantities:
            raise forms.ValidationError("Choose at least one unit." if self.lines else self.nothing)
        return {**cleaned, "quantities": quantities}


class UnitsToCancel(UnitsForm):
    """The units to cancel: those that have not shipped."""

    nothing = "Nothing of this order is left to cancel."

    def limits_of(self, order: Order) -> Mapping[int, int]:
        """Return the owed units of each item."""
        return {line.item_id: line.owed_quantity for line in order.lines.all()}


class UnitsToReturn(UnitsForm):
    """The units to take back: those that were shipped not too long ago."""

    nothing = "Nothing of this order can be returned: it has not shipped, or too long ago."

    def limits_of(self, order: Order) -> Mapping[int, int]:
        """Return the units of each item that are in time."""
        in_time, _ = returnable_units(order)
        return in_time


def _cancel(order: Order, inputs: Inputs, author: Author) -> str:
    if order.is_cancelled:
        return f"Order {order} was cancelled already."
    cancel_order(order_id=order.pk, reason=inputs["reason"], author=author)
    return f"Order {order} is cancelled and its units are back on sale."


def _cancel_items(order: Order, inputs: Inputs, author: Author) -> str:
    cancelled = cancel_items(
        order_id=order.pk,
        quantities=inputs["quantities"],
        reason=inputs["reason"],
        author=author,
    )
    return f"{sum(inputs['quantities'].values())} units of order {cancelled} are cancelled."


def _readdress(order: Order, inputs: Inputs, author: Author) -> str:
    address = {part: inputs[part] for part in AddressForm.base_fields}
    change_shipping_address(order_id=order.pk, shipping_address=address, author=author)
    return f"Order {order} goes to {address['line1']}."


def _request_return(order: Order, inputs: Inputs, author: Author) -> str:
    request = request_return(
        order_id=order.pk,
        quantities=inputs["quantities"],
        reason=inputs["reason"],
        author=author,
    )
    return f"Return {request.pk} of order {order} is written. Receive it once it has arrived."


CANCEL = Confirmation(
    title="Cancel orders",
    button="Cancel these orders",
    act=_cancel,
    refusals=(OrderAlreadyShipped, OrderNotFound),
    shared_form=Reason,
)
CANCEL_ITEMS = Confirmation(
    title="Cancel units that have not shipped",
    button="Cancel these units",
    act=_cancel_items,
    refusals=(NotThatMany, TooManyChanges, OrderNotFound),
    shared_form=Reason,
    row_form=UnitsToCancel,
)
READDRESS = Confirmation(
    title="Change the shipping address",
    button="Send it there",
    act=_readdress,
    refusals=(OrderAlreadyPicked, OrderOver, TooManyChanges, OrderNotFound),
    row_form=AddressForm,
    initial=lambda order: order.shipping_address,
)
RETURN = Confirmation(
    title="Request a return",
    button="Write the requests",
    act=_request_return,
    refusals=(NotThatMany, ReturnTooLate, TooManyChanges, OrderNotFound),
    shared_form=Reason,
    row_form=UnitsToReturn,
)

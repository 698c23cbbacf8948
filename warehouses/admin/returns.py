"""Return requests in the admin: a queue that staff receive from, or refuse."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from orders.exceptions import NotThatMany, ReturnNotFound, ReturnOver
from orders.models import ReturnRequest, ReturnRequestItem
from orders.returns import refuse_return
from orders.state.history import MAX_REASON_LENGTH
from shop.core.admin.confirm import Confirmation, RowForm, confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from shop.core.authors import Author
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.models import Warehouse

Inputs = Mapping[str, Any]


class WhereTo(forms.Form):
    """The warehouse in which the goods are."""

    warehouse = forms.ModelChoiceField(Warehouse.objects.order_by("code"))


class UnitsReceived(RowForm):
    """How many units of each line came back sellable, and how many damaged."""

    def __init__(self, *args: Any, row: ReturnRequest, **kwargs: Any):
        super().__init__(*args, row=row, **kwargs)
        self.lines = [line for line in row.lines.all() if line.outstanding_quantity]
        for line in self.lines:
            name, left = line.order_item.name, line.outstanding_quantity
            for condition, initial in (("sellable", left), ("damaged", 0)):
                self.fields[f"{condition}-{line.pk}"] = forms.IntegerField(
                    label=f"{name}, {condition} (at most {left})",
                    min_value=0,
                    max_value=left,
                    initial=initial,
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        """Return the ReturnedUnits by item as `units`. Requires one unit at least."""
        cleaned = super().clean() or {}
        returned = {
            line.order_item.item_id: ReturnedUnits(
                cleaned.get(f"sellable-{line.pk}") or 0, cleaned.get(f"damaged-{line.pk}") or 0
            )
            for line in self.lines
        }
        units = {item_id: quantity for item_id, quantity in returned.items() if quantity.total}
        if not self.errors and not units:
            raise forms.ValidationError(
                "Say how many units came back." if self.lines else "Nothing of it is awaited."
            )
        return {**cleaned, "units": units}


class RefusalReason(forms.Form):
    """The reason for refusing the selected returns."""

    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH, help_text="The customer reads it in a mail."
    )


def _receive(request: ReturnRequest, inputs: Inputs, author: Author) -> str:
    received = receive_return(
        return_id=request.pk,
        warehouse=inputs["warehouse"],
        units=inputs["units"],
        author=author,
    )
    units = sum(returned.total for returned in inputs["units"].values())
    status = received.get_status_display().lower()
    return f"{units} units of {request} are back in {inputs['warehouse'].code}: it is {status}."


def _refuse(request: ReturnRequest, inputs: Inputs, author: Author) -> str:
    if request.is_refused:
        return f"The {request} was refused already."
    refuse_return(return_id=request.pk, reason=inputs["reason"], author=author)
    return f"The {request} is closed, and its customer is told why."


RECEIVE = Confirmation(
    title="Receive returned goods",
    button="These units are back",
    act=_receive,
    refusals=(NotThatMany, ReturnNotFound, ReturnOver),
    shared_form=WhereTo,
    row_form=UnitsReceived,
)
REFUSE = Confirmation(
    title="Refuse returns",
    button="Refuse what was not received",
    act=_refuse,
    refusals=(ReturnNotFound, ReturnOver),
    shared_form=RefusalReason,
)


class ReturnLines(ReadOnlyLines):
    """The units of a return request."""

    model = ReturnRequestItem
    fields = ["item", "quantity", "received_quantity", "awaited"]
    readonly_fields = ["item", "awaited"]

    def get_queryset(self, request):
        """Read the order lines with the units."""
        return super().get_queryset(request).select_related("order_item")

    @admin.display(description="item")
    def item(self, line: ReturnRequestItem) -> str:
        """Return the name that the item was ordered by."""
        return line.order_item.name

    @admin.display(description="awaited")
    def awaited(self, line: ReturnRequestItem) -> int:
        """Return the units that were not received yet."""
        return line.outstanding_quantity


@admin.register(ReturnRequest)
class ReturnRequestAdmin(ReadOnlyList):
    """The queue of returns: received by unit, or refused with a reason."""

    list_display = ["id", "order_page", "status", "units", "reason", "requested_at", "closed_at"]
    list_filter = ["status"]
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]
    inlines = [ReturnLines]
    actions = ["receive", "refuse"]
    fields = [
        *["order_page", "status", "reason", "author", "requested_at"],
        *["closed_at", "closed_by", "refusal_reason"],
    ]

    def get_queryset(self, request):
        """Read the order and the lines with each request."""
        requests = super().get_queryset(request).select_related("order", "author", "closed_by")
        return requests.prefetch_related("lines__order_item")

    @admin.display(description="order")
    def order_page(self, request: ReturnRequest) -> str:
        """Return a link to the order's page."""
        url = reverse("admin:orders_order_change", args=[request.order_id])
        return format_html('<a href="{}">{}</a>', url, request.order)

    @admin.display(description="units")
    def units(self, request: ReturnRequest) -> str:
        """Return the lines in words."""
        return ", ".join(str(line) for line in request.lines.all())

    @admin.action(description="Receive…", permissions=["act"])
    def receive(self, request, rows):
        """Ask for the warehouse and the units of each line, then put them on its shelves."""
        return confirm_and_act(RECEIVE, self, request, rows)

    @admin.action(description="Refuse…", permissions=["act"])
    def refuse(self, request, rows):
        """Ask for a reason, then close the requests."""
        return confirm_and_act(REFUSE, self, request, rows)

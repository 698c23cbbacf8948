"""Transfers in the admin: drafted on a form; sent, received and cancelled by actions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from catalog.models import Item
from orders.exceptions import NotThatMany
from orders.models import LONG_TEXTS
from shop.core.admin.confirm import Confirmation, RowForm, confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from shop.core.authors import Author, author_of
from shop.core.db.transactions import run_transaction
from warehouses.exceptions import (
    MoreThanAvailableStock,
    TransferNotFound,
    TransferOver,
    WarehouseClosed,
)
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.models import Transfer, TransferItem, Warehouse

Inputs = Mapping[str, Any]

MAX_LINES = 50  # of a draft that is typed; the API takes longer ones


class DraftForm(forms.ModelForm):
    """From where to where."""

    class Meta:
        model = Transfer
        fields = ["origin", "destination", "reference"]

    def clean(self) -> dict[str, Any]:
        """Check that the goods go elsewhere."""
        cleaned = super().clean() or {}
        origin, destination = cleaned.get("origin"), cleaned.get("destination")
        if origin and origin == destination:
            self.add_error("destination", "The goods are in that warehouse already.")
        return cleaned


class LineForm(forms.ModelForm):
    """Units of an item, named by its SKU."""

    sku = forms.CharField(max_length=64, label="SKU")
    quantity = forms.IntegerField(min_value=1, max_value=2**31 - 1, label="Units")
    field_order = ["sku", "quantity"]

    class Meta:
        model = TransferItem
        fields = ["quantity"]

    def clean_sku(self) -> str:
        """Check that the SKU is that of an item, which the line then names."""
        item = Item.objects.filter(sku=self.cleaned_data["sku"]).first()
        if item is None:
            raise ValidationError("There is no item with this SKU.")
        self.instance.item = item
        return item.sku


class LineFormSet(BaseInlineFormSet):
    """The lines of a draft: one at least, and each item once."""

    def clean(self) -> None:
        """Check that no item comes twice."""
        super().clean()
        if any(self.errors):
            return
        skus = [form.cleaned_data["sku"] for form in self.forms if form.has_changed()]
        if len(set(skus)) < len(skus):
            raise ValidationError("Name each item once.")


class DraftLines(admin.TabularInline):
    """The lines of a new draft."""

    model = TransferItem
    form = LineForm
    formset = LineFormSet
    fields = ["sku", "quantity"]
    extra = 2
    min_num = 1
    max_num = MAX_LINES
    validate_min = True
    validate_max = True
    can_delete = False


class TransferLines(ReadOnlyLines):
    """What became of the units of a transfer."""

    model = TransferItem
    fields = [
        *["item", "quantity", "arrived_quantity", "in_transit"],
        *["promised_quantity", "lost_quantity"],
    ]
    readonly_fields = ["in_transit"]

    def get_queryset(self, request):
        """Read the items and the transfer with the lines, without the items' long texts."""
        lines = super().get_queryset(request).select_related("item", "transfer")
        return lines.defer(*LONG_TEXTS)

    @admin.display(description="in transit")
    def in_transit(self, line: TransferItem) -> int:
        """Return the units that may still arrive."""
        return line.outstanding_quantity if line.transfer.is_in_transit else 0


class UnitsArrived(RowForm):
    """How many units of each line have arrived, and whether others may still."""

    is_complete = forms.BooleanField(
        required=False,
        label="Nothing else arrives",
        help_text="The rest is written off. What customers wait for of it goes short.",
    )
    reason = forms.CharField(
        max_length=200, required=False, label="Reason for what does not arrive"
    )

    def __init__(self, *args: Any, row: Transfer, **kwargs: Any):
        super().__init__(*args, row=row, **kwargs)
        lines = row.lines.select_related("item")
        self.lines = [line for line in lines if line.outstanding_quantity and row.is_in_transit]
        for line in self.lines:
            self.fields[f"arrived-{line.item_id}"] = forms.IntegerField(
                label=f"{line.item.name}: arrived of {line.outstanding_quantity}",
                min_value=0,
                max_value=line.outstanding_quantity,
                initial=line.outstanding_quantity,
                required=False,
            )
        self.order_fields([f"arrived-{line.item_id}" for line in self.lines])

    def clean(self) -> dict[str, Any]:
        """Return the arrived units by item as `quantities`. Requires some, or is_complete."""
        cleaned = super().clean() or {}
        arrived = {line.item_id: cleaned.get(f"arrived-{line.item_id}") for line in self.lines}
        quantities = {item_id: quantity for item_id, quantity in arrived.items() if quantity}
        if self.lines and not self.errors and not quantities and not cleaned["is_complete"]:
            raise ValidationError("Say what has arrived, or that nothing else does.")
        return {**cleaned, "quantities": quantities}


def _send(transfer: Transfer, inputs: Inputs, author: Author) -> str:
    if transfer.is_in_transit:
        return f"The {transfer} was sent already."
    send_transfer(transfer_id=transfer.pk, author=author)
    return f"The {transfer} is on its way."


def _receive(transfer: Transfer, inputs: Inputs, author: Author) -> str:
    received = receive_transfer(
        transfer_id=transfer.pk,
        quantities=inputs["quantities"],
        is_complete=inputs["is_complete"],
        reason=inputs["reason"],
        author=author,
    )
    units = sum(inputs["quantities"].values())
    return f"{units} units of {transfer}: {received.get_status_display().lower()}."


def _cancel(transfer: Transfer, inputs: Inputs, author: Author) -> str:
    cancel_transfer(transfer_id=transfer.pk, author=author)
    return f"The {transfer} is cancelled."


SEND = Confirmation(
    title="Send transfers",
    button="They have left",
    act=_send,
    refusals=(MoreThanAvailableStock, TransferNotFound, TransferOver, WarehouseClosed),
)
RECEIVE = Confirmation(
    title="Receive transfers",
    button="These units have arrived",
    act=_receive,
    refusals=(NotThatMany, TransferNotFound, TransferOver),
    row_form=UnitsArrived,
)
CANCEL = Confirmation(
    title="Cancel drafts of transfers",
    button="Cancel these drafts",
    act=_cancel,
    refusals=(TransferNotFound, TransferOver),
)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyList):
    """Goods between warehouses, newest first."""

    list_display = ["id", "origin", "destination", "status", "units", "reference", "created_at"]
    list_filter = ["status", "origin", "destination"]
    search_fields = ["reference__exact"]
    search_help_text = "A whole reference"
    sortable_by = ()
    list_select_related = ["origin", "destination"]
    actions = ["send", "receive", "cancel"]
    form = DraftForm

    def has_add_permission(self, request, obj=None) -> bool:
        """Return whether the user may draft transfers: an act, as the others are."""
        return self.has_act_permission(request)

    def get_fields(self, request, obj=None):
        """Show a form for a draft, and all there is to know of a transfer."""
        if obj is None:
            return ["origin", "destination", "reference"]
        return [
            *["origin", "destination", "status", "reference", "author", "created_at"],
            *["sent_at", "closed_at", "closed_by", "loss_reason"],
        ]

    def get_inlines(self, request, obj):
        """Show line forms for a draft, and what became of the units of a transfer."""
        return [TransferLines] if obj else [DraftLines]

    def get_queryset(self, request):
        """Read warehouses, authors and lines with the transfers."""
        transfers = super().get_queryset(request).prefetch_related("lines")
        return transfers.select_related("origin", "destination", "author", "closed_by")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer open warehouses: a closed one neither sends nor is sent to."""
        kwargs["queryset"] = Warehouse.objects.filter(is_open=True).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Offer no links that change warehouses."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def save_model(self, request, obj, form, change) -> None:
        """Write nothing yet: the verb writes the draft with its lines."""

    def save_related(self, request, form, formsets, change) -> None:
        """Draft the transfer by its verb."""
        [lines] = formsets
        quantities = {
            line.instance.item_id: line.cleaned_data["quantity"]
            for line in lines.forms
            if line.has_changed()
        }
        draft = run_transaction(
            create_transfer,
            origin=form.cleaned_data["origin"],
            destination=form.cleaned_data["destination"],
            quantities=quantities,
            reference=form.cleaned_data["reference"],
            author=author_of(request),
        )
        form.instance.pk = draft.pk
        lines.new_objects, lines.changed_objects, lines.deleted_objects = [], [], []

    @admin.display(description="units")
    def units(self, transfer: Transfer) -> int:
        """Return the units of all lines."""
        return sum(line.quantity for line in transfer.lines.all())

    @admin.action(description="Send…", permissions=["act"])
    def send(self, request, rows):
        """Ask whether the goods have left, then take them off the shelves."""
        return confirm_and_act(SEND, self, request, rows)

    @admin.action(description="Receive…", permissions=["act"])
    def receive(self, request, rows):
        """Ask for the units that have arrived, then put them on the shelves."""
        return confirm_and_act(RECEIVE, self, request, rows)

    @admin.action(description="Cancel…", permissions=["act"])
    def cancel(self, request, rows):
        """Ask, then cancel the drafts."""
        return confirm_and_act(CANCEL, self, request, rows)

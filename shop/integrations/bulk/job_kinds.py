"""The kinds of bulk jobs: how each validates and processes its lines."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rest_framework import serializers

from catalog.api.item_references import NO_SUCH_ITEM, item_id_of, read_ids_by_sku
from catalog.api.serializers import ItemInput
from catalog.imports.upserting import upsert_changed
from catalog.models import Item
from shop.core.api.field_errors import field_errors
from shop.core.authors import Author
from shop.integrations.bulk.lines import Errors, Line, Result, failed_result, single_error
from shop.integrations.models import BulkJob
from warehouses.api.serializers import ReceiptInput
from warehouses.exceptions import ReceiptRefused, ReferenceConflict
from warehouses.inventory.receiving import Receipt, check_receipts, receive_delivery
from warehouses.models import Warehouse
from warehouses.stock.rows import PostedMovement

STATUSES = {"new": "created"}  # the import's word: the API's word


class JobKind(ABC):
    """The rules of a kind of job; one object serves all jobs."""

    serializer: serializers.Serializer
    # Whether a line is refused if an earlier line has the same key.
    keys_come_once: ClassVar[bool]

    @abstractmethod
    def key_of(self, line: Line) -> str:
        """Return the key of the row that the line is about, to find duplicates."""

    @abstractmethod
    def validate(self, lines: Sequence[Line]) -> dict[int, Errors]:
        """Return the errors of lines that would be refused, by line, from an unlocked read."""

    @abstractmethod
    def run_lines(self, lines: Sequence[Line], author: Author) -> list[Result]:
        """Process the lines in the caller's transaction and return their results."""


class ItemLines(JobKind):
    """Items by sku: inserted, or updated where a field differs."""

    serializer = ItemInput()
    keys_come_once = True

    def key_of(self, line: Line) -> str:
        """Return the sku."""
        return line.fields["sku"]

    def validate(self, lines: Sequence[Line]) -> dict[int, Errors]:
        """Return no errors."""
        return {}  # an upsert is never refused

    def run_lines(self, lines: Sequence[Line], author: Author) -> list[Result]:
        """Insert or update the items; the results have their ids."""
        outcomes = upsert_changed([line.fields for line in lines])
        ids = dict(Item.objects.filter(sku__in=outcomes).values_list("sku", "pk"))
        return [
            Result(line.number, STATUSES.get(outcomes[sku], outcomes[sku]), ids[sku])
            for line in lines
            for sku in [line.fields["sku"]]
        ]


class ReceiptLine(ReceiptInput):
    """A receipt and its warehouse.

    The reference is required: without it, a file sent again would be received again.
    """

    warehouse = serializers.CharField(max_length=200)
    reference = serializers.CharField(max_length=200)


class ReceiptLines(JobKind):
    """Receipts of goods; a reference counts once for an item in a warehouse."""

    serializer = ReceiptLine()
    keys_come_once = False  # a repeated delivery note is valid, and counts once

    def key_of(self, line: Line) -> str:
        """Return the warehouse, the item and the reference."""
        fields = line.fields
        item = fields["sku"] if "sku" in fields else f"#{fields['item_id']}"
        return "\n".join([fields["warehouse"], item, fields["reference"]])

    def validate(self, lines: Sequence[Line]) -> dict[int, Errors]:
        """Return the errors of unknown items and warehouses and of refused receipts."""
        receipts, unknown = _resolve_receipts(lines)
        refusals = check_receipts(list(receipts.values()))
        pairs = zip(receipts, refusals, strict=True)
        return unknown | {number: _errors_of(refusal) for number, refusal in pairs if refusal}

    def run_lines(self, lines: Sequence[Line], author: Author) -> list[Result]:
        """Receive the goods; the results have the ids of the stock movements."""
        receipts, unknown = _resolve_receipts(lines)
        outcomes = receive_delivery(list(receipts.values()), author=author)
        return [failed_result(number, errors) for number, errors in unknown.items()] + [
            _result_of(number, outcome) for number, outcome in zip(receipts, outcomes, strict=True)
        ]


KINDS: dict[str, JobKind] = {
    BulkJob.Kind.ITEMS: ItemLines(),
    BulkJob.Kind.RECEIPTS: ReceiptLines(),
}


def _resolve_receipts(lines: Sequence[Line]) -> tuple[dict[int, Receipt], dict[int, Errors]]:
    """Return receipts, and errors of unknown items and warehouses, both by line number."""
    item_ids, unknown = _find_items(lines)
    codes = {line.fields["warehouse"] for line in lines}
    warehouses = {row.code: row for row in Warehouse.objects.filter(code__in=codes)}
    receipts: dict[int, Receipt] = {}
    for line in lines:
        fields = line.fields
        if line.number in unknown:
            continue
        if fields["warehouse"] not in warehouses:
            unknown[line.number] = single_error("There is no such warehouse.", "#/warehouse")
        else:
            receipts[line.number] = Receipt(
                warehouses[fields["warehouse"]],
                item_ids[line.number],
                fields["quantity"],
                fields["reference"],
            )
    return receipts, unknown


def _find_items(lines: Sequence[Line]) -> tuple[dict[int, int], dict[int, Errors]]:
    """Return the ids of the items, and errors of unknown ones, both by line number."""
    ids_by_sku = read_ids_by_sku(line.fields for line in lines)
    item_ids: dict[int, int] = {}
    unknown: dict[int, Errors] = {}
    for line in lines:
        try:
            item_ids[line.number] = item_id_of(line.fields, ids_by_sku)
        except serializers.ValidationError as error:
            unknown[line.number] = field_errors(error.detail)
    existing = set(Item.objects.filter(pk__in=item_ids.values()).values_list("pk", flat=True))
    missing = [number for number, item_id in item_ids.items() if item_id not in existing]
    return item_ids, unknown | dict.fromkeys(missing, single_error(NO_SUCH_ITEM, "#/item_id"))


def _result_of(number: int, outcome: PostedMovement | ReceiptRefused) -> Result:
    if isinstance(outcome, ReceiptRefused):
        return failed_result(number, _errors_of(outcome))
    return Result(number, "received" if outcome.is_new else "repeated", outcome.entry.pk)


def _errors_of(refusal: ReceiptRefused) -> Errors:
    pointer = "#/reference" if isinstance(refusal, ReferenceConflict) else "#/quantity"
    return single_error(str(refusal), pointer)

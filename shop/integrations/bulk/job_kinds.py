"""The kinds of bulk jobs: how each validates and processes its lines."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rest_framework import serializers

from catalog.api.item_references import NO_SUCH_ITEM, item_id_of, read_ids_by_sku
from catalog.api.serializers import ItemInput
from catalog.imports.upserting import upsert_changed
from catalog.models import Item
from shop.core.api.field_errors import field_errors
from shop.core.authors import Author
from shop.core.refusals import Refusal
from shop.integrations.bulk.lines import Errors, Line, Result, failed_result, single_error
from shop.integrations.models import BulkJob
from warehouses.api.serializers import CountInput, DiscardInput, ReceiptInput
from warehouses.api.warehouse_references import NO_SUCH_WAREHOUSE
from warehouses.exceptions import CountConflict, ReferenceConflict
from warehouses.inventory.adjustments import (
    Adjustment,
    Count,
    Discard,
    adjust_stock,
    check_adjustments,
)
from warehouses.inventory.receiving import Receipt, check_receipts, receive_delivery
from warehouses.models import Warehouse
from warehouses.stock.rows import PostedMovement

Operation = TypeVar("Operation")

STATUSES = {"new": "created"}  # the import's word: the API's word


class JobKind(ABC):
    """The rules of a kind of job; one object serves all jobs."""

    serializer: serializers.Serializer
    # Whether a line is refused if an earlier line has the same key.
    keys_come_once: ClassVar[bool]

    @abstractmethod
    def keys_of(self, lines: Sequence[Line]) -> list[str]:
        """Return the key of the row that each line is about, to find duplicates."""

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

    def keys_of(self, lines: Sequence[Line]) -> list[str]:
        """Return the skus."""
        return [line.fields["sku"] for line in lines]

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


class CountLine(CountInput):
    """A count and its warehouse."""

    warehouse = serializers.CharField(max_length=200)


class DiscardLine(DiscardInput):
    """Discarded units and their warehouse."""

    warehouse = serializers.CharField(max_length=200)


class StockLines(JobKind, Generic[Operation]):
    """Operations on the stock rows of items in warehouses, made of lines, a chunk at once."""

    def keys_of(self, lines: Sequence[Line]) -> list[str]:
        """Return the warehouse and the item of each line, the same by sku as by id."""
        ids_by_sku = read_ids_by_sku(line.fields for line in lines)
        return [f"{line.fields['warehouse']}\n{_item_key(line, ids_by_sku)}" for line in lines]

    def validate(self, lines: Sequence[Line]) -> dict[int, Errors]:
        """Return the errors of unknown items and warehouses and of refused operations."""
        operations, errors = self._resolve(lines)
        refusals = self.check(list(operations.values()))
        pairs = zip(operations, refusals, strict=True)
        return errors | {number: _errors_of(refusal) for number, refusal in pairs if refusal}

    def run_lines(self, lines: Sequence[Line], author: Author) -> list[Result]:
        """Change the stock; the results have the ids of the stock movements."""
        operations, errors = self._resolve(lines)
        outcomes = self.run(list(operations.values()), author)
        return [failed_result(number, line_errors) for number, line_errors in errors.items()] + [
            Result(number, self.status_of(outcome), outcome.entry.pk)
            if isinstance(outcome, PostedMovement)
            else failed_result(number, _errors_of(outcome))
            for number, outcome in zip(operations, outcomes, strict=True)
        ]

    @abstractmethod
    def operation(self, warehouse: Warehouse, item_id: int, fields: dict[str, Any]) -> Operation:
        """Return the operation of a line."""

    @abstractmethod
    def check(self, operations: Sequence[Operation]) -> Sequence[Refusal | None]:
        """Return for each operation the refusal that it would meet now, or None."""

    @abstractmethod
    def run(
        self, operations: Sequence[Operation], author: Author
    ) -> Sequence[PostedMovement | Refusal]:
        """Return for each operation its movement or its refusal."""

    @abstractmethod
    def status_of(self, movement: PostedMovement) -> str:
        """Return the status of a line that was processed."""

    def _resolve(self, lines: Sequence[Line]) -> tuple[dict[int, Operation], dict[int, Errors]]:
        """Return operations, and errors of unknown items and warehouses, by line number."""
        item_ids, unknown = _find_items(lines)
        codes = {line.fields["warehouse"] for line in lines}
        warehouses = {row.code: row for row in Warehouse.objects.filter(code__in=codes)}
        operations: dict[int, Operation] = {}
        for line in lines:
            warehouse = warehouses.get(line.fields["warehouse"])
            if line.number in unknown:
                continue
            if warehouse is None:
                unknown[line.number] = single_error(NO_SUCH_WAREHOUSE, "#/warehouse")
            else:
                item_id = item_ids[line.number]
                operations[line.number] = self.operation(warehouse, item_id, line.fields)
        return operations, unknown


class ReceiptLines(StockLines[Receipt]):
    """Receipts of goods; a reference counts once for an item in a warehouse."""

    serializer = ReceiptLine()
    keys_come_once = False  # a repeated delivery note is valid, and counts once

    def keys_of(self, lines: Sequence[Line]) -> list[str]:
        """Return the warehouse, the item and the reference of each line."""
        pairs = zip(super().keys_of(lines), lines, strict=True)
        return [f"{key}\n{line.fields['reference']}" for key, line in pairs]

    def operation(self, warehouse: Warehouse, item_id: int, fields: dict[str, Any]) -> Receipt:
        """Return the receipt of a line."""
        return Receipt(warehouse, item_id, fields["quantity"], fields["reference"])

    def check(self, operations: Sequence[Receipt]) -> Sequence[Refusal | None]:
        """Return the refusals of receipts."""
        return check_receipts(operations)

    def run(
        self, operations: Sequence[Receipt], author: Author
    ) -> Sequence[PostedMovement | Refusal]:
        """Receive the goods."""
        return receive_delivery(operations, author=author)

    def status_of(self, movement: PostedMovement) -> str:
        """Return whether the receipt is new."""
        return "received" if movement.is_new else "repeated"


class AdjustmentLines(StockLines[Adjustment]):
    """Adjustments of stock rows."""

    def check(self, operations: Sequence[Adjustment]) -> Sequence[Refusal | None]:
        """Return the refusals of adjustments."""
        return check_adjustments(operations)

    def run(
        self, operations: Sequence[Adjustment], author: Author
    ) -> Sequence[PostedMovement | Refusal]:
        """Adjust the stock rows."""
        return adjust_stock(operations, author=author)


class CountLines(AdjustmentLines):
    """Counts, each compared with what was expected; a file has each stock row once."""

    serializer = CountLine()
    keys_come_once = True

    def operation(self, warehouse: Warehouse, item_id: int, fields: dict[str, Any]) -> Count:
        """Return the count of a line."""
        return Count(warehouse, item_id, fields["physical_stock"], fields["expected"])

    def status_of(self, movement: PostedMovement) -> str:
        """Return whether the stock was as expected."""
        return "corrected" if movement.entry.physical_change else "unchanged"


class DiscardLines(AdjustmentLines):
    """Discarded units; the same stock row may come again, for another reason."""

    serializer = DiscardLine()
    keys_come_once = False

    def operation(self, warehouse: Warehouse, item_id: int, fields: dict[str, Any]) -> Discard:
        """Return the discard of a line."""
        return Discard(warehouse, item_id, fields["quantity"], fields.get("reason", ""))

    def status_of(self, movement: PostedMovement) -> str:
        """Return that the units are gone."""
        return "discarded"


KINDS: dict[str, JobKind] = {
    BulkJob.Kind.ITEMS: ItemLines(),
    BulkJob.Kind.RECEIPTS: ReceiptLines(),
    BulkJob.Kind.COUNTS: CountLines(),
    BulkJob.Kind.DISCARDS: DiscardLines(),
}


def _item_key(line: Line, ids_by_sku: Mapping[str, int]) -> str:
    """Return the id of the item of a line, or the sku of no item."""
    sku = line.fields.get("sku")
    item_id = line.fields["item_id"] if sku is None else ids_by_sku.get(sku)
    return f"sku {sku}" if item_id is None else str(item_id)


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


def _errors_of(refusal: Refusal) -> Errors:
    pointers: dict[type[Refusal], str] = {
        ReferenceConflict: "#/reference",
        CountConflict: "#/expected",
    }
    return single_error(str(refusal), pointers.get(type(refusal), "#/quantity"))

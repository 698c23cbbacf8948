"""What the lines of each kind of job mean to the verbs of the floors below."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.serializers import ItemInput
from catalog.imports.upserting import upsert_changed
from catalog.models import Item
from shop.accounts.models import User
from shop.core.api.serializers import KeyField
from shop.integrations.bulk.lines import Errors, Line, Result, failed, flaw
from shop.integrations.models import BulkJob
from warehouses.api.serializers import ReceiptInput
from warehouses.exceptions import ReceiptRefused, ReferenceConflict
from warehouses.inventory.receiving import Movement, Receipt, foresee_refusals, receive_delivery
from warehouses.models import Warehouse

STATUSES = {"new": "created"}  # what the API calls it


class JobKind(ABC):
    """How lines are understood, checked and taken; the same object serves all jobs."""

    serializer: serializers.Serializer
    # Whether a key that comes again is a mistake, even where all else is taken.
    keys_come_once: ClassVar[bool]

    @abstractmethod
    def key_of(self, line: Line) -> str:
        """Name what the line is about, to find those that come twice."""

    @abstractmethod
    def check(self, lines: Sequence[Line]) -> dict[int, Errors]:
        """Return the lines that would not be taken, by an unlocked look, and why."""

    @abstractmethod
    def take(self, lines: Sequence[Line], author: User) -> list[Result]:
        """Take the lines in one transaction, which the caller has opened."""


class ItemLines(JobKind):
    """Items by sku: inserted, or changed as far as they differ."""

    serializer = ItemInput()
    keys_come_once = True

    def key_of(self, line: Line) -> str:
        return line.said["sku"]

    def check(self, lines: Sequence[Line]) -> dict[int, Errors]:
        return {}  # an upsert is never refused

    def take(self, lines: Sequence[Line], author: User) -> list[Result]:
        outcomes = upsert_changed([line.said for line in lines])
        ids = dict(Item.objects.filter(sku__in=outcomes).values_list("sku", "pk"))
        return [
            Result(line.number, STATUSES.get(outcomes[sku], outcomes[sku]), ids[sku])
            for line in lines
            for sku in [line.said["sku"]]
        ]


class ReceiptLine(ReceiptInput):
    """A receipt, with where it arrived; the item by its id or by its sku.

    The reference is needed: without one, a file that is sent again would be new goods.
    """

    warehouse = serializers.CharField(max_length=200)
    item_id = KeyField(required=False)
    sku = serializers.CharField(max_length=64, required=False)
    reference = serializers.CharField(max_length=200)

    def validate(self, attrs):
        if ("item_id" in attrs) == ("sku" in attrs):
            raise serializers.ValidationError("Name the item by item_id or by sku.")
        return attrs


class ReceiptLines(JobKind):
    """Goods that arrived, each reference once for an item in a warehouse."""

    serializer = ReceiptLine()
    keys_come_once = False  # a delivery note may be told twice, and counts once

    def key_of(self, line: Line) -> str:
        said = line.said
        item = said["sku"] if "sku" in said else f"#{said['item_id']}"
        return "\n".join([said["warehouse"], item, said["reference"]])

    def check(self, lines: Sequence[Line]) -> dict[int, Errors]:
        receipts, unknown = _receipts_of(lines)
        refusals = foresee_refusals(list(receipts.values()))
        foreseen = zip(receipts, refusals, strict=True)
        return unknown | {number: _why(one) for number, one in foreseen if one}

    def take(self, lines: Sequence[Line], author: User) -> list[Result]:
        receipts, unknown = _receipts_of(lines)
        answers = receive_delivery(list(receipts.values()), author=author)
        return [failed(number, errors) for number, errors in unknown.items()] + [
            _result(number, answer) for number, answer in zip(receipts, answers, strict=True)
        ]


KINDS: dict[str, JobKind] = {
    BulkJob.Kind.ITEMS: ItemLines(),
    BulkJob.Kind.RECEIPTS: ReceiptLines(),
}


def _receipts_of(lines: Sequence[Line]) -> tuple[dict[int, Receipt], dict[int, Errors]]:
    """Return the receipts by line, and the lines whose item or warehouse is unknown."""
    items = _known_items([line.said for line in lines])
    codes = {line.said["warehouse"] for line in lines}
    warehouses = {one.code: one for one in Warehouse.objects.filter(code__in=codes)}
    receipts: dict[int, Receipt] = {}
    unknown: dict[int, Errors] = {}
    for line in lines:
        said = line.said
        by = "sku" if "sku" in said else "item_id"
        if said[by] not in items[by]:
            unknown[line.number] = flaw("There is no such item.", f"#/{by}")
        elif said["warehouse"] not in warehouses:
            unknown[line.number] = flaw("There is no such warehouse.", "#/warehouse")
        else:
            warehouse, item_id = warehouses[said["warehouse"]], items[by][said[by]]
            receipts[line.number] = Receipt(warehouse, item_id, said["quantity"], said["reference"])
    return receipts, unknown


def _known_items(said: Sequence[dict[str, Any]]) -> dict[str, dict[Any, int]]:
    """The keys of the items that the lines name, by what they are named by."""
    skus = {one["sku"] for one in said if "sku" in one}
    ids = {one["item_id"] for one in said if "item_id" in one}
    by_id = Item.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return {
        "sku": dict(Item.objects.filter(sku__in=skus).values_list("sku", "pk")),
        "item_id": {pk: pk for pk in by_id},
    }


def _result(number: int, answer: Movement | ReceiptRefused) -> Result:
    if isinstance(answer, ReceiptRefused):
        return failed(number, _why(answer))
    return Result(number, "received" if answer.is_new else "repeated", answer.entry.pk)


def _why(refusal: ReceiptRefused) -> Errors:
    pointer = "#/reference" if isinstance(refusal, ReferenceConflict) else "#/quantity"
    return flaw(str(refusal), pointer)

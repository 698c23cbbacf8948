"""Feeds that import warehouses and received stock."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from catalog.models import Item
from shop.core.imports.importing import (
    BatchResult,
    FeedKind,
    InvalidRow,
    RowPosition,
    Rows,
    SeenKeys,
    merge_by_key,
    split_by_fields,
)
from warehouses.exceptions import ReceiptRefused
from warehouses.inventory.receiving import Receipt, receive_delivery
from warehouses.models import StockMovement, Warehouse
from warehouses.stock.rows import PostedMovement

# In units. A larger receipt is a typing error.
MAX_RECEIPT_UNITS = 1_000_000
MAX_REFERENCE_LENGTH = StockMovement._meta.get_field("reference").max_length or 0


class WarehouseFeed(FeedKind):
    """Inserts or updates warehouses by code."""

    required = ("code", "name", "postal_code")
    optional = ("latitude", "longitude")
    outcomes = ("new", "updated", "unchanged", "repeated")
    batch_size = 500

    def __init__(self) -> None:
        self._seen = SeenKeys()

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the warehouse's fields that the row has. Raises InvalidRow."""
        warehouse = Warehouse(**{name: values[name] for name in self.required})
        has_location = values.keys() >= set(self.optional)
        if has_location:
            warehouse.latitude = _degrees("latitude", values["latitude"])
            warehouse.longitude = _degrees("longitude", values["longitude"])
        if (warehouse.latitude is None) != (warehouse.longitude is None):
            raise InvalidRow("latitude and longitude come together")
        _check_fields(warehouse)
        names = [*self.required, *(self.optional if has_location else [])]
        return {name: getattr(warehouse, name) for name in names}

    def take(self, rows: Rows) -> BatchResult:
        """Insert new warehouses and update changed ones, in order of code."""
        fields_by_code = merge_by_key(rows, "code")
        repeated = len(rows) - self._seen.add(fields_by_code)
        existing = {row.code: row for row in Warehouse.objects.filter(code__in=fields_by_code)}
        new = fields_by_code.keys() - existing.keys()
        changed = {code for code, row in existing.items() if _differs(row, fields_by_code[code])}
        written = [fields for code, fields in fields_by_code.items() if code in new | changed]
        for part in split_by_fields(written):
            Warehouse.objects.bulk_create(
                [Warehouse(**fields) for fields in part],
                update_conflicts=True,
                unique_fields=["code"],
                update_fields=[name for name in part[0] if name != "code"],
            )
        unchanged = len(existing) - len(changed)
        return BatchResult(
            Counter(new=len(new), updated=len(changed), unchanged=unchanged, repeated=repeated)
        )


class StockFeed(FeedKind):
    """Receives stock, each reference once for an item in a warehouse.

    A row without a reference is refused, because a second import of it could not be
    distinguished from new units.
    """

    required = ("sku", "warehouse", "quantity", "reference")
    optional = ()
    outcomes = ("received", "unchanged")
    batch_size = 500

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the row with its quantity in units. Raises InvalidRow."""
        for name in self.required:
            if not values[name]:
                raise InvalidRow(f"{name} is empty")
        if len(values["reference"]) > MAX_REFERENCE_LENGTH:
            raise InvalidRow(f"reference is longer than {MAX_REFERENCE_LENGTH} characters")
        return {**values, "quantity": _units(values["quantity"])}

    def take(self, rows: Rows) -> BatchResult:
        """Receive the rows' units in one delivery; a repeated or empty row adds nothing."""
        receipts, refused = _read_receipts(rows)
        deliverable = {where: receipt for where, receipt in receipts.items() if receipt.quantity}
        delivered = receive_delivery(list(deliverable.values()))
        for where, result in zip(deliverable, delivered, strict=True):
            if isinstance(result, ReceiptRefused):
                refused.append((where, str(result)))
        received = sum(isinstance(result, PostedMovement) and result.is_new for result in delivered)
        unchanged = len(rows) - len(refused) - received
        return BatchResult(Counter(received=received, unchanged=unchanged), refused)


def _differs(warehouse: Warehouse, fields: Mapping[str, Any]) -> bool:
    return any(getattr(warehouse, name) != value for name, value in fields.items())


def _read_receipts(rows: Rows) -> tuple[dict[RowPosition, Receipt], list[tuple[RowPosition, str]]]:
    """Return the receipts by row, and the rows with an unknown item or warehouse."""
    skus = {fields["sku"] for _, fields in rows}
    items = dict(Item.objects.filter(sku__in=skus).values_list("sku", "pk"))
    codes = {fields["warehouse"] for _, fields in rows}
    warehouses = {row.code: row for row in Warehouse.objects.filter(code__in=codes)}
    receipts: dict[RowPosition, Receipt] = {}
    refused: list[tuple[RowPosition, str]] = []
    for where, fields in rows:
        sku, code = fields["sku"], fields["warehouse"]
        if sku not in items:
            refused.append((where, f"there is no item with the sku {sku[:64]!r}"))
        elif code not in warehouses:
            refused.append((where, f"there is no warehouse {code[:64]!r}"))
        else:
            receipts[where] = Receipt(
                warehouses[code], items[sku], fields["quantity"], fields["reference"]
            )
    return receipts, refused


def _units(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InvalidRow(f"quantity {text[:40]!r} is not a whole number of units")
    if len(text) > 20 or int(text) > MAX_RECEIPT_UNITS:
        raise InvalidRow(f"quantity {text[:40]!r} is more than {MAX_RECEIPT_UNITS} units")
    return int(text)


def _degrees(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError as error:
        raise InvalidRow(f"{name} {text[:40]!r} is not a number of degrees") from error
    if not math.isfinite(degrees):
        raise InvalidRow(f"{name} {text[:40]!r} is not a number of degrees")
    return degrees


def _check_fields(warehouse: Warehouse) -> None:
    try:
        warehouse.clean_fields()
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise InvalidRow(f"{name}: {problems[0]}") from error

"""Importing warehouses, and what arrived in them."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from catalog.models import Item
from shop.core.imports.importing import (
    FeedKind,
    RowRefused,
    Rows,
    SeenKeys,
    Taken,
    Where,
    alike,
    said_by_key,
)
from warehouses.exceptions import ReceiptRefused
from warehouses.inventory.receiving import Movement, Receipt, receive_delivery
from warehouses.models import StockMovement, Warehouse

# Units. More in one receipt is a slip of the keyboard.
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
        """Return the fields that the row says of the warehouse. Raises RowRefused."""
        warehouse = Warehouse(**{name: values[name] for name in self.required})
        has_location = values.keys() >= set(self.optional)
        if has_location:
            warehouse.latitude = _degrees("latitude", values["latitude"])
            warehouse.longitude = _degrees("longitude", values["longitude"])
        if (warehouse.latitude is None) != (warehouse.longitude is None):
            raise RowRefused("latitude and longitude come together")
        _check_fields(warehouse)
        said = [*self.required, *(self.optional if has_location else [])]
        return {name: getattr(warehouse, name) for name in said}

    def take(self, rows: Rows) -> Taken:
        """Write what is new or says something else than before, in order of code."""
        by_code = said_by_key(rows, "code")
        repeated = len(rows) - self._seen.note(by_code)
        there = {one.code: one for one in Warehouse.objects.filter(code__in=by_code)}
        new = by_code.keys() - there.keys()
        changed = {code for code, one in there.items() if _differs(one, by_code[code])}
        for part in alike([said for code, said in by_code.items() if code in new | changed]):
            Warehouse.objects.bulk_create(
                [Warehouse(**said) for said in part],
                update_conflicts=True,
                unique_fields=["code"],
                update_fields=[name for name in part[0] if name != "code"],
            )
        unchanged = len(there) - len(changed)
        return Taken(
            Counter(new=len(new), updated=len(changed), unchanged=unchanged, repeated=repeated)
        )


class StockFeed(FeedKind):
    """Receives goods, each reference once for an item in a warehouse.

    A row without a reference is refused, because a second import of it could not be
    told from new goods.
    """

    required = ("sku", "warehouse", "quantity", "reference")
    optional = ()
    outcomes = ("received", "unchanged")
    batch_size = 500

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return what arrived. Raises RowRefused."""
        for name in self.required:
            if not values[name]:
                raise RowRefused(f"{name} is empty")
        if len(values["reference"]) > MAX_REFERENCE_LENGTH:
            raise RowRefused(f"reference is longer than {MAX_REFERENCE_LENGTH} characters")
        return {**values, "quantity": _units(values["quantity"])}

    def take(self, rows: Rows) -> Taken:
        """Receive what was not received before, in one delivery; nothing of a row with no units."""
        receipts, refused = _known_places(rows)
        arrived = {where: receipt for where, receipt in receipts.items() if receipt.quantity}
        answers = dict(zip(arrived, receive_delivery(list(arrived.values())), strict=True))
        for where, answer in answers.items():
            if isinstance(answer, ReceiptRefused):
                refused.append((where, str(answer)))
        received = sum(isinstance(one, Movement) and one.is_new for one in answers.values())
        unchanged = len(rows) - len(refused) - received
        return Taken(Counter(received=received, unchanged=unchanged), refused)


def _differs(one: Warehouse, said: Mapping[str, Any]) -> bool:
    return any(getattr(one, name) != value for name, value in said.items())


def _known_places(rows: Rows) -> tuple[dict[Where, Receipt], list[tuple[Where, str]]]:
    """Return the receipts by row, and the rows whose item or warehouse is unknown."""
    skus = {said["sku"] for _, said in rows}
    items = dict(Item.objects.filter(sku__in=skus).values_list("sku", "pk"))
    codes = {said["warehouse"] for _, said in rows}
    warehouses = {one.code: one for one in Warehouse.objects.filter(code__in=codes)}
    receipts: dict[Where, Receipt] = {}
    refused: list[tuple[Where, str]] = []
    for where, said in rows:
        sku, code = said["sku"], said["warehouse"]
        if sku not in items:
            refused.append((where, f"there is no item with the sku {sku[:64]!r}"))
        elif code not in warehouses:
            refused.append((where, f"there is no warehouse {code[:64]!r}"))
        else:
            receipts[where] = Receipt(
                warehouses[code], items[sku], said["quantity"], said["reference"]
            )
    return receipts, refused


def _units(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise RowRefused(f"quantity {text[:40]!r} is not a whole number of units")
    if len(text) > 20 or int(text) > MAX_RECEIPT_UNITS:
        raise RowRefused(f"quantity {text[:40]!r} is more than {MAX_RECEIPT_UNITS} units")
    return int(text)


def _degrees(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError as error:
        raise RowRefused(f"{name} {text[:40]!r} is not a number of degrees") from error
    if not math.isfinite(degrees):
        raise RowRefused(f"{name} {text[:40]!r} is not a number of degrees")
    return degrees


def _check_fields(warehouse: Warehouse) -> None:
    try:
        warehouse.clean_fields()
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise RowRefused(f"{name}: {problems[0]}") from error

"""Upserts of many items by sku, of which only new and changed ones are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.items import upsert_items
from catalog.models import Item
from shop.core.imports.importing import split_by_fields


def upsert_changed(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write the items that are new or differ from their row, in order of sku.

    A row has the fields of an item; each sku comes once. Returns by sku whether the item is
    "new", "updated" or "unchanged". To be called in a transaction.
    """
    sorted_rows = sorted(rows, key=lambda fields: fields["sku"])
    items = {item.sku: item for item in _existing_items(sorted_rows)}
    outcomes: dict[str, str] = {}
    changed = []
    for fields in sorted_rows:
        item = items.get(fields["sku"])
        outcome = "new" if item is None else "updated" if _differs(item, fields) else "unchanged"
        outcomes[fields["sku"]] = outcome
        if outcome != "unchanged":
            changed.append(fields)
    for part in split_by_fields(changed):
        upsert_items(part)
    return outcomes


def _existing_items(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return the items of the rows, with no other fields than the rows have."""
    names = {"sku"}.union(*rows)
    return list(Item.objects.filter(sku__in=[fields["sku"] for fields in rows]).only(*names))


def _differs(item: Item, fields: Mapping[str, Any]) -> bool:
    return any(getattr(item, name) != value for name, value in fields.items())

"""Writing many items by sku: only those that are new, or of which something else is said."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.items import upsert_items
from catalog.models import Item
from shop.core.imports.importing import alike


def upsert_changed(said: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write what is new or says something else than before, in order of sku.

    Each sku comes once. Returns for each whether it is new, updated or unchanged. To be
    called in a transaction.
    """
    in_order = sorted(said, key=lambda fields: fields["sku"])
    there = {item.sku: item for item in _items_there(in_order)}
    outcomes: dict[str, str] = {}
    wanted = []
    for fields in in_order:
        item = there.get(fields["sku"])
        outcome = "new" if item is None else "updated" if _differs(item, fields) else "unchanged"
        outcomes[fields["sku"]] = outcome
        if outcome != "unchanged":
            wanted.append(fields)
    for part in alike(wanted):
        upsert_items(part)
    return outcomes


def _items_there(said: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Read of the items what is said of them, and no more."""
    names = {"sku"}.union(*said)
    return list(Item.objects.filter(sku__in=[fields["sku"] for fields in said]).only(*names))


def _differs(item: Item, fields: Mapping[str, Any]) -> bool:
    return any(getattr(item, name) != value for name, value in fields.items())

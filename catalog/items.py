"""Writing items: each gets a stock row, and each change is recorded for the search index."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from catalog.exceptions import SkuExists
from catalog.models import AggregatedStock, Item
from catalog.search.change_feed import record_changes
from shop.core.optimistic_locking import Versions, require_version


@transaction.atomic
def create_item(*, sku: str, **fields: Any) -> Item:
    """Create an item, with no stock yet. Raises SkuExists."""
    item = Item(sku=sku, **fields)
    _write(item)
    return item


@transaction.atomic
def update_item(*, item_id: int, expected: Versions = None, **fields: Any) -> Item:
    """Change fields of an item. Raises Item.DoesNotExist, VersionMismatch or SkuExists."""
    item = Item.objects.lock().get(pk=item_id)
    require_version(expected, item.version)
    for name, value in fields.items():
        setattr(item, name, value)
    _write(item)
    return item


@transaction.atomic
def save_item(item: Item) -> None:
    """Write an item that a form created or changed. Raises SkuExists."""
    _write(item)


def _write(item: Item) -> None:
    """Write a new or changed item, and its stock row if it has none. Raises SkuExists."""
    item.updated_at = Now()
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        if Item.objects.filter(sku=item.sku).exclude(pk=item.pk).exists():
            raise SkuExists(item.sku) from error
        raise
    item.refresh_from_db(fields=["created_at", "updated_at"])
    AggregatedStock.objects.bulk_create([AggregatedStock(item=item)], ignore_conflicts=True)
    record_changes([item.pk])


@transaction.atomic
def upsert_items(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Insert or update items by sku, in bulk; return the numbers of new and of updated items.

    Every row has the same fields; of several rows with one sku the last is written.
    Rows are written in sku order, so that two imports cannot deadlock.
    """
    by_sku = {row["sku"]: row for row in rows}
    skus = sorted(by_sku)
    existing = set(Item.objects.filter(sku__in=skus).values_list("sku", flat=True))
    fields = [name for name in by_sku[skus[0]] if name != "sku"] if skus else []
    Item.objects.bulk_create(
        [Item(**by_sku[sku], updated_at=Now()) for sku in skus],
        update_conflicts=True,
        unique_fields=["sku"],
        update_fields=[*fields, "updated_at"],
    )
    new = Item.objects.filter(sku__in=skus, aggregated_stock=None).order_by("pk")
    AggregatedStock.objects.bulk_create(
        [AggregatedStock(item_id=pk) for pk in new.values_list("pk", flat=True)],
        ignore_conflicts=True,
    )
    record_changes(Item.objects.filter(sku__in=skus).values_list("pk", flat=True))
    return len(skus) - len(existing), len(existing)

"""The documents of the index: items with the fields that the search needs, from the database."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from catalog.models import Item

ITEM_FIELDS = (
    *("id", "sku", "name", "brand", "category", "description", "price"),
    *("specifications", "in_stock", "units"),
)
BATCH_SIZE = 2000


def read_documents(item_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Return the documents of those of the items that are on sale."""
    return list(_documents(Item.objects.filter(pk__in=list(item_ids))))


def all_documents() -> Iterator[dict[str, Any]]:
    """Yield the document of every item on sale, by key, without holding all in memory."""
    last_id = 0
    while rows := list(_documents(Item.objects.filter(pk__gt=last_id).order_by("pk"))[:BATCH_SIZE]):
        yield from rows
        last_id = rows[-1]["id"]


def count_documents() -> int:
    """Return the number of items on sale."""
    return Item.objects.on_sale().count()


def _documents(items: QuerySet[Item]) -> QuerySet:
    has_stock = Q(aggregated_stock__stock__gt=0)
    return (
        items.filter(is_active=True)
        .annotate(in_stock=has_stock, units=Coalesce(F("popularity__units"), 0))
        .values(*ITEM_FIELDS)
    )

"""Items with their current price and remaining stock, read in one statement."""

from collections.abc import Callable, Iterable

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from catalog.models import Item
from catalog.signals import release_due
from shop.core.db.prepared import among, prepared

DEFERRED_FIELDS = ("search_document", "specifications", "weight", "created_at")


def get_item(item_id: int) -> Item:
    """Return an item on sale with its live stock. Raises Item.DoesNotExist."""
    items = get_items([item_id])
    if item_id not in items:
        raise Item.DoesNotExist
    return items[item_id]


def get_items(item_ids: Iterable[int]) -> dict[int, Item]:
    """Return those of the items that are on sale, with their live stock."""
    item_ids = list(item_ids)
    items = _read_after_release(lambda: _items_on_sale(item_ids=item_ids))
    return {item.pk: item for item in items}


def get_items_of_sku(sku: str) -> list[Item]:
    """Return the item on sale that has exactly this sku, with its live stock, in a list."""
    return _read_after_release(lambda: _items_of_sku(sku=sku))


def fetch_with_stock(items: QuerySet[Item]) -> list[Item]:
    """Return the items with their live stock, after overdue holds on them were released."""
    return _read_after_release(lambda: list(_with_stock(items)))


def fetch_with_all_fields(items: QuerySet[Item]) -> list[Item]:
    """Return the items as `fetch_with_stock` does, with the fields that it defers."""
    whole = _with_stock(items).defer(None).defer("search_document")
    return _read_after_release(lambda: list(whole.all()))


def _read_after_release(read: Callable[[], list[Item]]) -> list[Item]:
    """Read the items, and again if overdue holds on some of them had to be released."""
    items = read()
    return read() if send_release_due(item for item in items if item.is_release_due) else items


@prepared
def _items_on_sale(item_ids):
    return _with_stock(Item.objects.on_sale().filter(among("pk", item_ids)))


@prepared
def _items_of_sku(sku):
    return _with_stock(Item.objects.on_sale().filter(sku=sku))


def _with_stock(items: QuerySet[Item]) -> QuerySet[Item]:
    return with_due_release(items.select_related("aggregated_stock"))


def with_due_release(rows: QuerySet, path: str = "") -> QuerySet:
    """Annotate each row with `is_release_due`: a hold on its item, at `path`, may be overdue."""
    is_past = Q(**{f"{path}aggregated_stock__next_release_at__lte": Now()})
    return rows.defer(*(f"{path}{name}" for name in DEFERRED_FIELDS)).annotate(
        is_release_due=ExpressionWrapper(is_past, BooleanField())
    )


def send_release_due(items: Iterable[Item]) -> bool:
    """Send `release_due`, so that overdue holds on the items end; return whether it was sent."""
    item_ids = [item.pk for item in items]
    if item_ids:
        release_due.send(sender=Item, item_ids=item_ids)
    return bool(item_ids)

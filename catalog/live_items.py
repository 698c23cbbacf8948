"""Items as they are at this moment: price and remaining stock, read in one statement."""

from collections.abc import Callable, Iterable

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from catalog.models import Item
from catalog.signals import release_due
from shop.core.db.prepared import among, prepared

DEFERRED_FIELDS = ("search_document", "specifications", "weight", "created_at")


def get_item(item_id: int) -> Item:
    """Return one item on sale with its live stock. Raises Item.DoesNotExist."""
    items = get_items([item_id])
    if item_id not in items:
        raise Item.DoesNotExist
    return items[item_id]


def get_items(item_ids: Iterable[int]) -> dict[int, Item]:
    """Return those of the items that are on sale, with their live stock."""
    item_ids = list(item_ids)
    return {item.pk: item for item in _settled(lambda: _items_on_sale(item_ids=item_ids))}


def fetch_with_stock(items: QuerySet[Item]) -> list[Item]:
    """Read the items with their stock; holds on them that are overdue are put back first."""
    return _settled(lambda: list(_with_stock(items)))


def fetch_whole(items: QuerySet[Item]) -> list[Item]:
    """Read them likewise, with what is seldom shown."""
    return _settled(lambda: list(_with_stock(items).defer(None).defer("search_document")))


def _settled(read: Callable[[], list[Item]]) -> list[Item]:
    items = read()
    return read() if put_back_overdue(item for item in items if item.is_release_due) else items


@prepared
def _items_on_sale(item_ids):
    return _with_stock(Item.objects.on_sale().filter(among("pk", item_ids)))


def _with_stock(items: QuerySet[Item]) -> QuerySet[Item]:
    return with_due_release(items.select_related("aggregated_stock"))


def with_due_release(rows: QuerySet, path: str = "") -> QuerySet:
    """Note beside each row whether a hold on its item, at `path`, should have ended by now."""
    is_past = Q(**{f"{path}aggregated_stock__next_release_at__lte": Now()})
    return rows.defer(*(f"{path}{name}" for name in DEFERRED_FIELDS)).annotate(
        is_release_due=ExpressionWrapper(is_past, BooleanField())
    )


def put_back_overdue(items: Iterable[Item]) -> bool:
    """Ask whoever keeps the holds to end the overdue ones on these items."""
    item_ids = [item.pk for item in items]
    if item_ids:
        release_due.send(sender=Item, item_ids=item_ids)
    return bool(item_ids)

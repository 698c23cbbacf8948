"""Recommendations beside an item: the plug-in point of the recommendation subsystem.

RECOMMENDER is a dotted path to `recommend(item_id) -> item ids`, the best first. It may
take RECOMMENDER_BUDGET_MS milliseconds; if it takes longer or fails, nothing is recommended.
"""

from collections.abc import Sequence

from django.conf import settings

from catalog.live_items import get_items
from catalog.models import CoPurchase, Item
from shop.core.plugins import call_plugin, import_plugin

MAX_SHOWN = 4


def bought_together(item_id: int) -> Sequence[int]:
    """Return the ids of items ordered most often together with it (orders.sales_statistics).

    The default recommender.
    """
    together = CoPurchase.objects.filter(item=item_id).order_by("-orders", "other")
    return list(together.values_list("other", flat=True))


def recommend_with(item: Item) -> list[Item]:
    """Return up to MAX_SHOWN items to show beside an item, on sale and in stock, read live."""
    ids = _recommend(item.pk)
    items = get_items(ids) if ids else {}
    return [items[pk] for pk in ids if pk in items and items[pk].stock][:MAX_SHOWN]


def _recommend(item_id: int) -> Sequence[int]:
    if import_plugin(settings.RECOMMENDER) is bought_together:
        return bought_together(item_id)
    return call_plugin(
        settings.RECOMMENDER,
        item_id,
        timeout_ms=settings.RECOMMENDER_BUDGET_MS,
        check=lambda ids: [int(pk) for pk in ids][: MAX_SHOWN * 4],
        default=[],
    )

"""Tables of the catalogue."""

from catalog.models.demand import (
    BackInStockRequest,
    BackInStockRequestQuerySet,
    CoPurchase,
    Popularity,
)
from catalog.models.item import Item, ItemQuerySet
from catalog.models.picture import Picture, PictureQuerySet
from catalog.models.search import ItemChange, SearchQueryStat, Synonyms, Theme
from catalog.models.stock import AggregatedStock

__all__ = [
    "AggregatedStock",
    "BackInStockRequest",
    "BackInStockRequestQuerySet",
    "CoPurchase",
    "Item",
    "ItemChange",
    "ItemQuerySet",
    "Picture",
    "PictureQuerySet",
    "Popularity",
    "SearchQueryStat",
    "Synonyms",
    "Theme",
]

"""The stock of an item as a shopper sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.models import Item

MAX_FEW = 5  # units up to which stock counts as few


class Level(StrEnum):
    """Levels of stock: many units, few, all in checkouts, or none."""

    PLENTY = "plenty"
    FEW = "few"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True)
class Availability:
    """The level of an item's stock, its units left, and the next expiry of a hold on it."""

    level: Level
    left: int
    next_release_at: datetime | None


def availability_of(item: Item) -> Availability:
    """Return the availability of an item, by the stock that was read with it.

    Reading an item live (catalog.live_items) ends overdue holds, so `next_release_at` of an
    item without stock is in the future.
    """
    stock = item.aggregated_stock
    if not item.is_active:
        return Availability(Level.NONE, 0, None)
    if stock.stock > MAX_FEW:
        level = Level.PLENTY
    elif stock.stock:
        level = Level.FEW
    else:
        level = Level.HELD if stock.next_release_at else Level.NONE
    return Availability(level, stock.stock, stock.next_release_at)

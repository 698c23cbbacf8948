"""What a shopper is told about the stock of an item."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.models import Item

# From here on down the number left is worth a warning.
FEW = 5


class Level(StrEnum):
    PLENTY = "plenty"
    FEW = "few"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True)
class Availability:
    level: Level
    left: int
    next_release_at: datetime | None


def availability_of(item: Item) -> Availability:
    """Judge an item by the stock that was read with it.

    Whoever read it live has had overdue holds ended, so a noted release is still to come.
    """
    stock = item.aggregated_stock
    if not item.is_active:
        return Availability(Level.NONE, 0, None)
    if stock.stock > FEW:
        level = Level.PLENTY
    elif stock.stock:
        level = Level.FEW
    else:
        level = Level.HELD if stock.next_release_at else Level.NONE
    return Availability(level, stock.stock, stock.next_release_at)

"""Inputs and outputs of assignment strategies.

Costs are whole numbers of mills: thousandths of the currency's minor unit (of a cent).
Nothing is rounded on the way, so a decision computed again from the same inputs is the
same decision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_WEIGHT = 500  # grams, of an item of unknown weight
MAX_NAMED_ITEMS = 3  # in the text of a rejection
MAX_NAME_LENGTH = 40  # characters of each of these names


@dataclass(frozen=True)
class Line:
    """Units of one item that an order still needs; `weight` is one unit's, in grams."""

    item_id: int
    quantity: int
    name: str = ""
    weight: int = DEFAULT_WEIGHT


@dataclass(frozen=True)
class Candidate:
    """An open warehouse as a candidate for one order; candidates are listed in turn.

    `parcel_price` is that of a parcel of any weight, `price_per_kg` that of each kilogram in
    it, in minor units; `distance` is in kilometres, None where it is unknown, and `load` in
    unshipped parcels. `has_capacity` is False where today's parcels are all
    assigned. `bid_prices` are by item: the worth of one unit here to later orders,
    in mills.
    """

    id: int
    code: str
    zone: int = 0
    parcel_price: int = 0
    price_per_kg: int = 0
    distance: int | None = None
    load: int = 0
    priority: int = 0
    has_capacity: bool = True
    bid_prices: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pick:
    """A quantity of an item from one warehouse."""

    warehouse_id: int
    item_id: int
    quantity: int


@dataclass(frozen=True)
class Rejection:
    """A warehouse, by its code, that ships nothing, and the reason."""

    warehouse: str
    why: str


@dataclass(frozen=True)
class ConsideredSet:
    """A set of warehouses that could ship the order, with its cost in mills, by parts.

    `overloaded` is the number of them that have no capacity left today.
    """

    warehouses: tuple[str, ...]
    parcels: int
    weight: int
    future: int = 0
    overloaded: int = 0

    @property
    def total(self) -> int:
        """Return the sum of the parts, in mills."""
        return self.parcels + self.weight + self.future


@dataclass(frozen=True)
class Assignment:
    """The picks with their reason and the rejected warehouses; unavailable units are left out.

    `considered` begins with the chosen set; the next is the best of the others.
    """

    picks: tuple[Pick, ...]
    reason: str
    rejected: tuple[Rejection, ...] = field(default=())
    considered: tuple[ConsideredSet, ...] = field(default=())


# Available units, by (warehouse id, item id).
Availability = Mapping[tuple[int, int], int]
Strategy = Callable[
    [Sequence[Line], Availability, Mapping[str, str], Sequence[Candidate]], Assignment
]


def explain_rejections(
    lines: Sequence[Line],
    supply: Sequence[Sequence[int]],
    warehouses: Sequence[Candidate],
    shipping_ids: set[int],
    explain_complete: Callable[[int], str],
) -> tuple[Rejection, ...]:
    """Return the warehouses that ship nothing, each with the units that it lacks as the reason.

    `supply` are the units by the indices of warehouse and line; `explain_complete` returns
    the reason for a warehouse that lacks nothing, by its index.
    """
    rejections = []
    for index, w in enumerate(warehouses):
        if w.id in shipping_ids:
            continue
        lacking = [
            f"{units} of {line.quantity} {_shorten(line.name)}".strip()
            for units, line in zip(supply[index], lines, strict=True)
            if units < line.quantity
        ]
        reason = _describe_lacking(lacking) if lacking else explain_complete(index)
        rejections.append(Rejection(w.code, reason))
    return tuple(rejections)


def _describe_lacking(lacking: Sequence[str]) -> str:
    text = f"has {'; '.join(lacking[:MAX_NAMED_ITEMS])}"
    more = len(lacking) - MAX_NAMED_ITEMS
    return f"{text}; and {more} more too few" if more > 0 else text


def _shorten(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1].rstrip() + "…"


def versioned(number: int) -> Callable[[Strategy], Strategy]:
    """Set the version of a strategy; strategies of different versions may choose differently."""

    def decorate(strategy: Strategy) -> Strategy:
        strategy.version = number  # type: ignore[attr-defined]
        return strategy

    return decorate


def format_parcels(count: int) -> str:
    """Return a number of parcels as text, as "1 parcel" or "2 parcels"."""
    return "1 parcel" if count == 1 else f"{count} parcels"

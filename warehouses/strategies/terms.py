"""What a strategy is asked, and what it answers.

Costs are whole numbers of mills: thousandths of the currency's minor unit (of a cent).
Nothing is rounded on the way, so a decision computed again from what it was asked is the
same decision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

MILLS = 1000  # in one minor unit
MINOR = 100  # minor units in a major one
DEFAULT_WEIGHT = 500  # grams, of an item whose weight nobody knows


@dataclass(frozen=True)
class Line:
    """Units of one item that an order still needs; `weight` is one unit's, in grams."""

    item_id: int
    quantity: int
    name: str = ""
    weight: int = DEFAULT_WEIGHT


@dataclass(frozen=True)
class Candidate:
    """An open warehouse as this order meets it, in the order in which it is the next one's turn.

    `parcel` is what a parcel from it costs however light, `per_kg` what each kilogram adds,
    in minor units; `distance` is in kilometres and `load` in parcels that wait there.
    `has_capacity` is False where today's parcels are all given away. `values` is, by item,
    what one unit here is worth to orders still to come, in mills.
    """

    id: int
    code: str
    zone: int = 0
    parcel: int = 0
    per_kg: int = 0
    distance: int | None = 0
    load: int = 0
    priority: int = 0
    has_capacity: bool = True
    values: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pick:
    """So many units of an item, from one warehouse."""

    warehouse_id: int
    item_id: int
    quantity: int


@dataclass(frozen=True)
class Rejection:
    warehouse: str
    why: str


@dataclass(frozen=True)
class Considered:
    """A set of warehouses that could have shipped it, with its cost in mills, by its parts.

    `overloaded` of them have given all of today's parcels away.
    """

    warehouses: tuple[str, ...]
    parcels: int
    weight: int
    future: int = 0
    overloaded: int = 0

    @property
    def total(self) -> int:
        return self.parcels + self.weight + self.future


@dataclass(frozen=True)
class Assignment:
    """The picks, why they are so, and who was passed over. Units nobody has are left out.

    `considered` begins with what was chosen; the next is the best that was not.
    """

    picks: tuple[Pick, ...]
    reason: str
    rejected: tuple[Rejection, ...] = field(default=())
    considered: tuple[Considered, ...] = field(default=())


# Units at hand, by (warehouse id, item id).
Availability = Mapping[tuple[int, int], int]
Strategy = Callable[
    [Sequence[Line], Availability, Mapping[str, str], Sequence[Candidate]], Assignment
]


def rejections(
    lines: Sequence[Line],
    availability: Availability,
    warehouses: Sequence[Candidate],
    used: set[int],
    otherwise: str,
) -> tuple[Rejection, ...]:
    """Why each warehouse that ships nothing does not: what it lacks, or what `otherwise` says."""
    rejected = []
    for w in warehouses:
        if w.id in used:
            continue
        lacking = [
            f"{availability.get((w.id, line.item_id), 0)} of {line.quantity} {line.name}".strip()
            for line in lines
            if availability.get((w.id, line.item_id), 0) < line.quantity
        ]
        why = f"has {'; '.join(lacking[:5])}" if lacking else otherwise
        rejected.append(Rejection(w.code, why))
    return tuple(rejected)


def in_major(mills: int) -> Decimal:
    """An amount in the currency's major units, as people write it."""
    return Decimal(mills) / (MILLS * MINOR)


def parcels(count: int) -> str:
    return "1 parcel" if count == 1 else f"{count} parcels"

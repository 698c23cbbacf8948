"""What a strategy is asked, and what it answers.

Costs are whole numbers of mills: thousandths of the currency's minor unit (of a cent).
Nothing is rounded on the way, so a decision computed again from what it was asked is the
same decision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_WEIGHT = 500  # grams, of an item whose weight nobody knows
# How many items a rejection names, and how many characters of each name.
MAX_NAMED, MAX_NAME_LENGTH = 3, 40


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
    in minor units; `distance` is in kilometres, None where nobody knows it, and `load` in
    parcels that wait there.
    `has_capacity` is False where today's parcels are all given away. `values` is, by item,
    what one unit here is worth to orders still to come, in mills.
    """

    id: int
    code: str
    zone: int = 0
    parcel: int = 0
    per_kg: int = 0
    distance: int | None = None
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
    have: Sequence[Sequence[int]],
    warehouses: Sequence[Candidate],
    used: set[int],
    otherwise: Callable[[int], str],
) -> tuple[Rejection, ...]:
    """Why each warehouse that ships nothing does not: what it lacks, or what `otherwise` says.

    `have` are the units by the places of warehouse and line; `otherwise` is told the place.
    """
    rejected = []
    for place, w in enumerate(warehouses):
        if w.id in used:
            continue
        lacking = [
            f"{units} of {line.quantity} {_in_short(line.name)}".strip()
            for units, line in zip(have[place], lines, strict=True)
            if units < line.quantity
        ]
        rejected.append(Rejection(w.code, _lacks(lacking) if lacking else otherwise(place)))
    return tuple(rejected)


def _lacks(lacking: Sequence[str]) -> str:
    told = f"has {'; '.join(lacking[:MAX_NAMED])}"
    more = len(lacking) - MAX_NAMED
    return f"{told}; and {more} more too few" if more > 0 else told


def _in_short(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1].rstrip() + "…"


def versioned(number: int) -> Callable[[Strategy], Strategy]:
    """Say which version of a strategy this is: another one may choose otherwise."""

    def noted(strategy: Strategy) -> Strategy:
        strategy.version = number  # type: ignore[attr-defined]
        return strategy

    return noted


def parcels(count: int) -> str:
    return "1 parcel" if count == 1 else f"{count} parcels"

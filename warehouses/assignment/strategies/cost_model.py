"""What it costs to ship one order from a set of warehouses, in mills.

A fixed part for each warehouse that ships (its parcel), and a part for each unit: its
weight, and for those who look ahead what the unit is worth to orders still to come. Once
it is settled which warehouses ship, each line is filled from the cheapest of them on.
Warehouses and lines are known by their places in what was asked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from warehouses.assignment.strategies.types import (
    Availability,
    Candidate,
    Considered,
    Line,
    Pick,
    Rejection,
    rejections,
)
from warehouses.delivery.money import MILLS, in_major

Set = tuple[int, ...]  # of warehouses, by their places, ascending


class Costs:
    """One order and what it costs from where."""

    def __init__(
        self,
        lines: Sequence[Line],
        availability: Availability,
        warehouses: Sequence[Candidate],
        *,
        looks_ahead: bool = False,
    ):
        self.lines, self.availability, self.warehouses = lines, availability, warehouses
        self.looks_ahead = looks_ahead
        free = availability.get
        self.have = [[free((w.id, line.item_id), 0) for line in lines] for w in warehouses]
        self.places = [place for place, row in enumerate(self.have) if any(row)]
        self.need = [
            min(line.quantity, sum(row[n] for row in self.have)) for n, line in enumerate(lines)
        ]
        self.parcel = [MILLS * w.parcel for w in warehouses]
        self.unit = [[self._unit(w, line) for line in lines] for w in warehouses]

    def _unit(self, w: Candidate, line: Line) -> int:
        future = w.values.get(line.item_id, 0) if self.looks_ahead else 0
        return w.per_kg * line.weight + future

    @property
    def size(self) -> int:
        """How many places its units could come from, at most."""
        return max(1, len(self.places) * len(self.lines))

    @cached_property
    def spread(self) -> int:
        """More than the costs of any two choices differ by, so that a multiple of it decides."""
        units = 0
        for n, need in enumerate(self.need):
            known = [self.unit[place][n] for place in self.places if self.have[place][n]]
            units += need * (max(known, default=0) - min(known, default=0))
        return 1 + units + sum(self.parcel[place] for place in self.places)

    def is_covered_by(self, chosen: Iterable[int]) -> bool:
        """Whether these warehouses have all that can be had."""
        rows = [self.have[place] for place in chosen]
        return all(sum(row[n] for row in rows) >= need for n, need in enumerate(self.need))

    def at_hand(self, chosen: Iterable[int]) -> int:
        return sum(sum(self.have[place]) for place in chosen)

    def of(self, chosen: Sequence[int]) -> int:
        """What it costs to ship all that can be had from these."""
        return sum(self.parcel[place] for place in chosen) + sum(
            quantity * self.unit[place][n] for n, place, quantity in self._filled(chosen)
        )

    def shipping(self, chosen: Sequence[int]) -> Set:
        """Those of the warehouses that would ship something."""
        return tuple(sorted({place for _, place, _ in self._filled(chosen)}))

    def picks(self, chosen: Sequence[int]) -> tuple[Pick, ...]:
        return tuple(
            Pick(self.warehouses[place].id, self.lines[n].item_id, quantity)
            for n, place, quantity in self._filled(chosen)
        )

    def _filled(self, chosen: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Yield line by line where its units come from, the cheapest first."""
        for n, need in enumerate(self.need):
            left = need
            for place in sorted(chosen, key=lambda p: (self.unit[p][n], p)):
                quantity = min(left, self.have[place][n])
                if quantity:
                    left -= quantity
                    yield n, place, quantity

    # For staff

    def considered(self, picks: Sequence[Pick]) -> Considered:
        """What such picks cost, by parts."""
        used = {pick.warehouse_id for pick in picks}
        met = {w.id: w for w in self.warehouses if w.id in used}
        line_of = {line.item_id: line for line in self.lines}
        weight = total = 0
        for pick in picks:
            w, line = met[pick.warehouse_id], line_of[pick.item_id]
            weight += pick.quantity * w.per_kg * line.weight
            total += pick.quantity * self._unit(w, line)
        return Considered(
            tuple(w.code for w in met.values()),
            sum(MILLS * w.parcel for w in met.values()),
            weight,
            total - weight,
            sum(not w.has_capacity for w in met.values()),
        )

    def passed_over(
        self, picks: Sequence[Pick], chosen: Considered | None, saying: str = ""
    ) -> tuple[Rejection, ...]:
        """Why each warehouse that ships nothing does not; `saying` is put before its cost."""
        used = {pick.warehouse_id for pick in picks}
        otherwise = self._dearer_than(chosen, saying) if chosen else (lambda place: saying)
        return rejections(self.lines, self.have, self.warehouses, used, otherwise)

    def _dearer_than(self, chosen: Considered, saying: str) -> Callable[[int], str]:
        """Tell of a warehouse that has everything what it would cost to ship all from there."""

        def told(place: int) -> str:
            if not (chosen.overloaded or self.warehouses[place].has_capacity):
                return "has given all of today's parcels away"
            units = zip(self.need, self.unit[place], strict=True)
            more = self.parcel[place] + sum(need * unit for need, unit in units) - chosen.total
            return saying + dearer(more)

        return told


def dearer(mills: int) -> str:
    if not mills:
        return "would cost as much"
    return f"would cost {in_major(abs(mills)):.2f} {'more' if mills > 0 else 'less'}"

"""A decision as staff see it: what was weighed, in money, and drawn.

Decisions were noted by older versions, too, and by whoever proposed them: of what makes no
sense is shown what does.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any, NamedTuple

from warehouses.delivery.money import in_major

# How long the dearest choice's bar is, in the drawing's own units.
MAX_BAR_WIDTH = 480
COLOURS = {"parcels": "#2f6f9f", "weight": "#d98c21", "future": "#7a5aa6"}
# In mills; no cost of a parcel comes near.
MAX_AMOUNT = 10**15


class Bar(NamedTuple):
    part: str
    colour: str
    x: int
    width: int


class Choice(NamedTuple):
    """A set of warehouses and what it costs, by parts; `overloaded` have their day full."""

    codes: Sequence[str]
    parcels: Decimal
    weight: Decimal
    future: Decimal
    total: Decimal
    overloaded: int
    bars: Sequence[Bar]

    @property
    def warehouses(self) -> str:
        return ", ".join(self.codes)


def render_chart(decision: Any) -> dict[str, Any]:
    """Return what a template says of a decision, as a warehouse order keeps it."""
    noted = decision if isinstance(decision, Mapping) else {}
    considered = noted.get("considered") or []
    choices = _choices(considered)
    is_whole = isinstance(considered, list) and len(choices) == len(considered)
    margin = _margin(choices)
    return {
        "decision": noted,
        "choices": choices,
        "is_cut_short": not is_whole,
        "margin": margin and abs(margin),
        "margin_is": "cheaper" if margin and margin < 0 else "dearer",
        "colours": COLOURS,
        "passed_over": _passed_over(noted.get("rejected"), choices),
    }


def is_amount(noted: Any) -> bool:
    return isinstance(noted, int | float) and abs(noted) < MAX_AMOUNT


def as_shown(mills: float) -> Decimal:
    """An amount as pages write it, so that what is reckoned with it adds up there."""
    return round(in_major(round(mills)), 2)


def _choices(considered: Any) -> list[Choice]:
    """Read the choices up to the first that makes no sense: the others lead on from it."""
    noted = considered if isinstance(considered, list) else []
    readable = list(takewhile(_makes_sense, noted))
    costs = [_costs(one) for one in readable]
    dearest = max((sum(parts.values()) for parts in costs), default=0)
    return [
        Choice(
            codes=one["warehouses"],
            parcels=as_shown(parts["parcels"]),
            weight=as_shown(parts["weight"]),
            future=as_shown(parts["future"]),
            total=as_shown(sum(parts.values())),
            overloaded=one.get("overloaded", 0),
            bars=_bars(parts, dearest),
        )
        for one, parts in zip(readable, costs, strict=True)
    ]


def _makes_sense(one: Any) -> bool:
    return (
        isinstance(one, Mapping)
        and isinstance(one.get("warehouses"), list)
        and all(isinstance(code, str) for code in one["warehouses"])
        and all(is_amount(one.get(part, 0)) for part in [*COLOURS, "overloaded"])
    )


def _costs(one: Mapping[str, Any]) -> dict[str, float]:
    """The parts of a cost, in mills."""
    return {part: one.get(part, 0) for part in COLOURS}


def _bars(parts: Mapping[str, float], dearest: float) -> list[Bar]:
    bars, x = [], 0
    for part, mills in parts.items():
        width = round(MAX_BAR_WIDTH * max(mills, 0) / dearest) if dearest > 0 else 0
        bars.append(Bar(part, COLOURS[part], x, width))
        x += width
    return bars


def _margin(choices: Sequence[Choice]) -> Decimal | None:
    """How much dearer the next choice is; None where there is none, or its day is full.

    Less than nothing where the strategy minds something more than what it costs.
    """
    if len(choices) < 2 or choices[0].overloaded != choices[1].overloaded:
        return None
    return choices[1].total - choices[0].total


def _passed_over(rejected: Any, choices: Sequence[Choice]) -> list[Mapping[str, Any]]:
    """Who was passed over and why, but for those whose cost is among the choices."""
    noted = rejected if isinstance(rejected, list) else []
    shown = {code for choice in choices for code in choice.codes}
    return [
        one for one in noted if isinstance(one, Mapping) and str(one.get("warehouse")) not in shown
    ]

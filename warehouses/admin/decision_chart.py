"""A decision as the admin shows it: the choices considered, their costs in money, and bars.

Older versions and external strategies recorded decisions, too. Parts that cannot be read
are left out, and the others are shown.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any, NamedTuple

from warehouses.delivery.money import in_major

# The length of the dearest choice's bar, in units of the SVG.
MAX_BAR_WIDTH = 480
COLOURS = {"parcels": "#2f6f9f", "weight": "#d98c21", "future": "#7a5aa6"}
# In mills. The cost of a parcel is far below.
MAX_AMOUNT = 10**15


class Bar(NamedTuple):
    """A part of a choice's cost; `x` and `width` are in units of the SVG."""

    part: str
    colour: str
    x: int
    width: int


class Choice(NamedTuple):
    """A set of warehouses and its costs by part, in major currency units.

    `overloaded` is the number of them that have no parcel left today.
    """

    codes: Sequence[str]
    parcels: Decimal
    weight: Decimal
    future: Decimal
    total: Decimal
    overloaded: int
    bars: Sequence[Bar]

    @property
    def warehouses(self) -> str:
        """Return the warehouses' codes in one line."""
        return ", ".join(self.codes)


def render_chart(decision: Any) -> dict[str, Any]:
    """Return the template context of a decision, as a warehouse order stores it."""
    fields = decision if isinstance(decision, Mapping) else {}
    considered = fields.get("considered") or []
    choices = _choices(considered)
    is_whole = isinstance(considered, list) and len(choices) == len(considered)
    margin = _margin(choices)
    return {
        "decision": fields,
        "choices": choices,
        "is_cut_short": not is_whole,
        "margin": margin and abs(margin),
        "margin_word": "cheaper" if margin and margin < 0 else "dearer",
        "colours": COLOURS,
        "passed_over": _passed_over(fields.get("rejected"), choices),
    }


def is_amount(value: Any) -> bool:
    """Return whether a recorded value can be an amount in mills."""
    return isinstance(value, int | float) and abs(value) < MAX_AMOUNT


def to_displayed(mills: float) -> Decimal:
    """Return an amount in major units, rounded to hundredths so that displayed sums add up."""
    return round(in_major(round(mills)), 2)


def _choices(considered: Any) -> list[Choice]:
    """Return the choices before the first unreadable one: later ones follow from it."""
    recorded = considered if isinstance(considered, list) else []
    readable = list(takewhile(_is_readable, recorded))
    costs = [_costs(fields) for fields in readable]
    dearest = max((sum(parts.values()) for parts in costs), default=0)
    return [
        Choice(
            codes=fields["warehouses"],
            parcels=to_displayed(parts["parcels"]),
            weight=to_displayed(parts["weight"]),
            future=to_displayed(parts["future"]),
            total=to_displayed(sum(parts.values())),
            overloaded=fields.get("overloaded", 0),
            bars=_bars(parts, dearest),
        )
        for fields, parts in zip(readable, costs, strict=True)
    ]


def _is_readable(fields: Any) -> bool:
    return (
        isinstance(fields, Mapping)
        and isinstance(fields.get("warehouses"), list)
        and all(isinstance(code, str) for code in fields["warehouses"])
        and all(is_amount(fields.get(part, 0)) for part in [*COLOURS, "overloaded"])
    )


def _costs(fields: Mapping[str, Any]) -> dict[str, float]:
    """Return the parts of a choice's cost, in mills."""
    return {part: fields.get(part, 0) for part in COLOURS}


def _bars(parts: Mapping[str, float], dearest: float) -> list[Bar]:
    bars, x = [], 0
    for part, mills in parts.items():
        width = round(MAX_BAR_WIDTH * max(mills, 0) / dearest) if dearest > 0 else 0
        bars.append(Bar(part, COLOURS[part], x, width))
        x += width
    return bars


def _margin(choices: Sequence[Choice]) -> Decimal | None:
    """Return how much dearer the second choice is than the chosen one, in major units.

    None if there is no second one, or if the two differ in full warehouses. Negative if the
    strategy weighs something above the cost.
    """
    if len(choices) < 2 or choices[0].overloaded != choices[1].overloaded:
        return None
    return choices[1].total - choices[0].total


def _passed_over(rejected: Any, choices: Sequence[Choice]) -> list[Mapping[str, Any]]:
    """Return the rejected warehouses and the reasons, without those among the choices."""
    recorded = rejected if isinstance(rejected, list) else []
    shown = {code for choice in choices for code in choice.codes}
    return [
        candidate
        for candidate in recorded
        if isinstance(candidate, Mapping) and str(candidate.get("warehouse")) not in shown
    ]

"""Decisions in words, for staff."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.models import currency
from warehouses.models import Decision
from warehouses.strategies import MILLS


def explained(decision: Decision) -> Iterator[str]:
    """Yield a decision line by line: what was chosen, what else was considered, what was seen."""
    when = decision.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    by = f"{decision.strategy}, version {decision.version}"
    yield f"Order {decision.order.number}, {decision.kind} at {when} by {by}:"
    yield f"  {decision.answered['reason']}"
    yield from considered_lines(decision.answered["considered"])
    for rejection in decision.answered["rejected"]:
        yield f"  {rejection['warehouse']}: {rejection['why']}"
    yield from _seen(decision.asked)


def considered_lines(considered: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what each considered set of warehouses would cost, by its parts."""
    for place, one in enumerate(considered):
        parts = [f"parcels {money(one['parcels'])}", f"weight {money(one['weight'])}"]
        if one["future"]:
            parts.append(f"future {money(one['future'])}")
        total = one["parcels"] + one["weight"] + one["future"]
        which = "chosen" if place == 0 else "next best"
        yield f"  {which}: {', '.join(one['warehouses'])} for {money(total)} ({', '.join(parts)})"


def money(mills: int) -> str:
    """Write an amount of mills in major units."""
    return f"{mills / MILLS / 100:.2f} {currency()}"


def _seen(asked: Mapping[str, Any]) -> Iterator[str]:
    code = {one["id"]: one for one in asked["candidates"]}
    name = {line["item_id"]: line["name"] for line in asked["lines"]}
    for line in asked["lines"]:
        yield f"  wanted: {line['quantity']} × {line['name']} of {line['weight']} g"
    for warehouse_id, item_id, units in asked["available"]:
        w = code[warehouse_id]
        where = f"{w['code']}, {w['distance']} km, zone {w['zone'] + 1}, {w['load']} waiting"
        value = w["values"].get(item_id) or w["values"].get(str(item_id)) or 0
        worth = f", worth {money(value)} each later" if value else ""
        yield f"  {where}: {units} × {name[item_id]}{worth}"

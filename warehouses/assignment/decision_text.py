"""Decisions in words, for staff."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shop.core.regions import currency
from warehouses.assignment.records import deserialize_inputs
from warehouses.delivery.money import in_major
from warehouses.models import Decision, Warehouse


def render_text(decision: Decision) -> Iterator[str]:
    """Yield a decision line by line: what was chosen, what else was considered, what was seen."""
    when = decision.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    by = f"{decision.strategy}, version {decision.version}"
    yield f"Order {decision.order.number}, {decision.kind} at {when} by {by}:"
    yield f"  {decision.outputs['reason']}"
    if before := decision.inputs.get("before"):
        yield _instead(before)
    yield from considered_lines(decision.outputs["considered"])
    for rejection in decision.outputs["rejected"]:
        yield f"  {rejection['warehouse']}: {rejection['why']}"
    yield from _seen(decision.inputs)


def considered_lines(considered: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what each considered set of warehouses would cost, by its parts."""
    for place, one in enumerate(considered):
        parts = [f"parcels {money(one['parcels'])}", f"weight {money(one['weight'])}"]
        if one["future"]:
            parts.append(f"future {money(one['future'])}")
        which = "chosen" if place == 0 else "next best"
        cost = f"{money(one['total'])} ({', '.join(parts)})"
        yield f"  {which}: {', '.join(one['warehouses'])} for {cost}"


def _instead(before: Mapping[str, Any]) -> str:
    """Say what a second thought replaced."""
    warehouses = sorted({warehouse_id for warehouse_id, _, _ in before["picks"]})
    found = Warehouse.objects.filter(pk__in=warehouses).values_list("code", flat=True)
    saved = before["saved"]
    why = "which has closed" if saved is None else f"which cost {money(saved)} more"
    render_text = f"  instead of {', '.join(found)}, {why}"
    return render_text + (f"; together with {', '.join(before['with'])}" if before["with"] else "")


def money(mills: int) -> str:
    """Write an amount of mills in major units."""
    return f"{in_major(mills):.2f} {currency()}"


def _seen(inputs: Mapping[str, Any]) -> Iterator[str]:
    lines, available, candidates = deserialize_inputs(inputs)
    met = {one.id: one for one in candidates}
    names = {line.item_id: line.name for line in lines}
    for line in lines:
        yield f"  wanted: {line.quantity} × {line.name} of {line.weight} g"
    for (warehouse_id, item_id), units in available.items():
        w = met[warehouse_id]
        far = "nobody knows how far" if w.distance is None else f"{w.distance} km"
        where = f"{w.code}, {far}, zone {w.zone + 1}, {w.load} waiting"
        value = w.values.get(item_id, 0)
        worth = f", worth {money(value)} each later" if value else ""
        yield f"  {where}: {units} × {names[item_id]}{worth}"

"""Text descriptions of assignment decisions, for staff."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shop.core.regions import currency
from warehouses.assignment.records import deserialize_inputs
from warehouses.delivery.money import in_major
from warehouses.models import Decision, Warehouse


def render_text(decision: Decision) -> Iterator[str]:
    """Yield a decision line by line: the choice, the alternatives, and the strategy's inputs."""
    decided_at = decision.decided_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    strategy = f"{decision.strategy}, version {decision.version}"
    yield f"Order {decision.order.number}, {decision.kind} at {decided_at} by {strategy}:"
    yield f"  {decision.outputs['reason']}"
    if before := decision.inputs.get("before"):
        yield _replaced_line(before)
    yield from render_considered(decision.outputs["considered"])
    for rejection in decision.outputs["rejected"]:
        yield f"  {rejection['warehouse']}: {rejection['why']}"
    yield from _input_lines(decision.inputs)


def render_considered(considered: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line for each considered set of warehouses, with its cost by parts."""
    for rank, costs in enumerate(considered):
        parts = [
            f"parcels {format_money(costs['parcels'])}",
            f"weight {format_money(costs['weight'])}",
        ]
        if costs["future"]:
            parts.append(f"future {format_money(costs['future'])}")
        label = "chosen" if rank == 0 else "next best"
        cost = f"{format_money(costs['total'])} ({', '.join(parts)})"
        yield f"  {label}: {', '.join(costs['warehouses'])} for {cost}"


def _replaced_line(before: Mapping[str, Any]) -> str:
    """Return the line about the assignment that a reassignment replaced."""
    warehouse_ids = sorted({warehouse_id for warehouse_id, _, _ in before["picks"]})
    codes = Warehouse.objects.filter(pk__in=warehouse_ids).values_list("code", flat=True)
    saved = before["saved"]
    reason = "which has closed" if saved is None else f"which cost {format_money(saved)} more"
    line = f"  instead of {', '.join(codes)}, {reason}"
    return line + (f"; together with {', '.join(before['with'])}" if before["with"] else "")


def format_money(mills: int) -> str:
    """Return an amount of mills as text in major currency units, with the currency's code."""
    return f"{in_major(mills):.2f} {currency()}"


def _input_lines(inputs: Mapping[str, Any]) -> Iterator[str]:
    lines, available, candidates = deserialize_inputs(inputs)
    candidate_of = {candidate.id: candidate for candidate in candidates}
    names = {line.item_id: line.name for line in lines}
    for line in lines:
        yield f"  wanted: {line.quantity} × {line.name} of {line.weight} g"
    for (warehouse_id, item_id), units in available.items():
        w = candidate_of[warehouse_id]
        distance = "distance unknown" if w.distance is None else f"{w.distance} km"
        warehouse = f"{w.code}, {distance}, zone {w.zone + 1}, {w.load} unshipped"
        price = w.bid_prices.get(item_id, 0)
        worth = f", worth {format_money(price)} each later" if price else ""
        yield f"  {warehouse}: {units} × {names[item_id]}{worth}"

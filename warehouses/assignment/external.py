"""Asking an external service for assignments, before any lock is taken.

What it sees may have changed by the time that its proposal is validated under the locks.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from orders.models import Order
from shop.core.plugins import call_plugin
from warehouses.assignment.assigning import as_line
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.strategies.registry import external_strategy
from warehouses.assignment.strategies.types import Assignment, Availability, Candidate, Line
from warehouses.assignment.validation import parse_proposal
from warehouses.fulfilment.order_status import unassigned_lines

BATCH_SECONDS = 1.0  # after which a slow service is asked about no more orders of a batch


def proposals_for(order_ids: Iterable[int]) -> dict[int, Assignment]:
    """Return what the external service proposes, by order, as far as it makes sense."""
    path = external_strategy()
    if path is None:
        return {}
    orders = list(Order.objects.filter(pk__in=set(order_ids), awaits_assignment=True))
    lines_of = unassigned_lines(orders)
    items = {line.item_id for lines in lines_of.values() for line in lines}
    known, available = AssignmentContext(items, current_workload()), free_units(items)
    proposed = {}
    deadline = time.monotonic() + BATCH_SECONDS
    for order in orders:
        if time.monotonic() > deadline:
            break  # for the others the cheapest decides
        lines = [as_line(line) for line in lines_of[order.pk]]
        candidates = known.candidates_for(order.pk, order.shipping_address)
        if answer := _ask(path, lines, available, order.shipping_address, candidates):
            proposed[order.pk] = answer
    return proposed


def _ask(
    path: str,
    lines: Sequence[Line],
    available: Availability,
    address: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> Assignment | None:
    """Ask about one order. What it is told is its own, whatever it does with it."""
    items = {line.item_id for line in lines}
    there = {place: units for place, units in available.items() if place[1] in items}
    return call_plugin(
        path,
        *(list(lines), dict(there), dict(address), list(candidates)),
        milliseconds=settings.ASSIGNMENT_BUDGET_MS,
        check=lambda answer: parse_proposal(answer, lines, there),
        default=None,
    )

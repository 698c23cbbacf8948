"""Proposals of an external assignment service, fetched before any lock is taken.

Its inputs may be out of date by the time that its proposal is validated under the locks.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from orders.models import Order
from shop.core.plugins import call_plugin
from warehouses.assignment.assigning import to_strategy_line
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.strategies.registry import external_strategy_path
from warehouses.assignment.strategies.types import Assignment, Availability, Candidate, Line
from warehouses.assignment.validation import parse_proposal
from warehouses.fulfilment.unassigned import unassigned_lines

MAX_BATCH_SECONDS = 1.0  # then a slow service is called for no more orders of the batch


def fetch_proposals(order_ids: Iterable[int]) -> dict[int, Assignment]:
    """Return the valid proposals of the external service, by order id."""
    path = external_strategy_path()
    if path is None:
        return {}
    orders = list(Order.objects.filter(pk__in=set(order_ids), awaits_assignment=True))
    lines_of = unassigned_lines(orders)
    items = {line.item_id for lines in lines_of.values() for line in lines}
    context, free = AssignmentContext(items, current_workload()), free_units(items)
    proposals = {}
    deadline = time.monotonic() + MAX_BATCH_SECONDS
    for order in orders:
        if time.monotonic() > deadline:
            break  # `cheapest` decides about the others
        lines = [to_strategy_line(line) for line in lines_of[order.pk]]
        candidates = context.candidates_for(order.pk, order.shipping_address)
        if proposal := _fetch_proposal(path, lines, free, order.shipping_address, candidates):
            proposals[order.pk] = proposal
    return proposals


def _fetch_proposal(
    path: str,
    lines: Sequence[Line],
    free: Availability,
    address: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> Assignment | None:
    """Call the service for one order, with copies of all inputs, which it may change."""
    items = {line.item_id for line in lines}
    availability = {key: units for key, units in free.items() if key[1] in items}
    return call_plugin(
        path,
        *(list(lines), dict(availability), dict(address), list(candidates)),
        timeout_ms=settings.ASSIGNMENT_BUDGET_MS,
        check=lambda proposal: parse_proposal(proposal, lines, availability),
        default=None,
    )

"""Asking an external service for assignments, before any lock is taken.

What it sees may have changed by the time that its proposal is validated under the locks.
"""

import json
import time
from collections.abc import Iterable

from django.conf import settings

from catalog.sockets import ask_socket
from orders.models import Order
from warehouses.assignment import as_line, validate
from warehouses.candidates import Surroundings, free_units
from warehouses.decisions import as_answered, in_short
from warehouses.exceptions import InvalidAssignment
from warehouses.progress import unassigned_lines
from warehouses.strategies import Assignment, external_strategy

BATCH_SECONDS = 1.0  # after which a slow service is asked about no more orders of a batch


def proposals_for(order_ids: Iterable[int]) -> dict[int, Assignment]:
    """Return what the external service proposes, by order, as far as it makes sense."""
    path = external_strategy()
    if path is None:
        return {}
    orders = list(Order.objects.filter(pk__in=set(order_ids), awaits_assignment=True))
    lines_of = unassigned_lines(orders)
    items = {line.item_id for lines in lines_of.values() for line in lines}
    known, available = Surroundings(items), free_units(items)
    proposed = {}
    deadline = time.monotonic() + BATCH_SECONDS
    for order in orders:
        if time.monotonic() > deadline:
            break  # for the others the cheapest decides
        lines = [as_line(line) for line in lines_of[order.pk]]

        def check(answer, lines=lines) -> Assignment:
            if not isinstance(answer, Assignment):
                raise TypeError(f"{answer!r} is no Assignment.")
            try:
                validate(answer, lines, available)
                told = json.dumps([as_answered(answer), in_short(path, 1, answer)])
            except (InvalidAssignment, AttributeError) as error:
                raise ValueError(str(error)) from error
            if "\\u0000" in told:
                raise ValueError("It has characters that no table keeps.")
            return answer

        answer = ask_socket(
            path,
            *(lines, available, order.shipping_address),
            known.met_by(order.pk, order.shipping_address),
            milliseconds=settings.ASSIGNMENT_BUDGET_MS,
            check=check,
            default=None,
        )
        if answer:
            proposed[order.pk] = answer
    return proposed

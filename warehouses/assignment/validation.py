"""Validation of assignments; nothing in the proposal of an external service is trusted."""

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from warehouses.assignment.strategies.types import Assignment, ConsideredSet, Line, Pick, Rejection
from warehouses.exceptions import InvalidAssignment

MAX_TEXT_LENGTH = 1000
MAX_LISTED = 100  # rejected warehouses, and considered alternatives
MAX_NUMBER = 10**15  # mills, or units


def parse_proposal(
    proposal: Any, lines: Sequence[Line], availability: Mapping[tuple[int, int], int]
) -> Assignment:
    """Return a service's proposal as a feasible and complete Assignment that JSON can hold.

    It assigns all available units of the lines and no more, in whole units. Raises
    ValueError or TypeError.
    """
    if not isinstance(proposal, Assignment):
        raise TypeError(f"{type(proposal).__name__} is no Assignment.")
    max_picks = 1 + sum(line.quantity for line in lines)
    try:
        assignment = Assignment(
            tuple(map(_parse_pick, islice(proposal.picks, max_picks))),
            _parse_text(proposal.reason),
            tuple(map(_parse_rejection, islice(proposal.rejected, MAX_LISTED))),
            tuple(map(_parse_considered_set, islice(proposal.considered, MAX_LISTED))),
        )
        check_feasible(assignment, lines, availability)
    except (AttributeError, InvalidAssignment) as error:
        raise ValueError(str(error)) from error
    check_complete(assignment, lines, availability)
    return assignment


def check_feasible(
    assignment: Assignment, lines: Iterable[Line], availability: Mapping[tuple[int, int], int]
) -> None:
    """Check that each pick is of at least one unit, and all are needed and available.

    Raises InvalidAssignment.
    """
    needed = {line.item_id: line.quantity for line in lines}
    units_by_item: Counter[int] = Counter()
    units: Counter[tuple[int, int]] = Counter()
    for pick in assignment.picks:
        key = pick.warehouse_id, pick.item_id
        units_by_item[pick.item_id] += pick.quantity
        units[key] += pick.quantity
        is_positive = isinstance(pick.quantity, int) and pick.quantity > 0
        if not is_positive or units_by_item[pick.item_id] > needed.get(pick.item_id, 0):
            raise InvalidAssignment(f"{pick} is not what the order needs.")
        if units[key] > availability.get(key, 0):
            raise InvalidAssignment(f"{pick} is more than there is.")


def check_complete(
    proposal: Assignment, lines: Sequence[Line], availability: Mapping[tuple[int, int], int]
) -> None:
    """Check that no available unit of a line is left unassigned. Raises ValueError."""
    available: Counter[int] = Counter()
    for (_, item_id), units in availability.items():
        available[item_id] += units
    assigned: Counter[int] = Counter()
    for pick in proposal.picks:
        assigned[pick.item_id] += pick.quantity
    for line in lines:
        if assigned[line.item_id] < min(line.quantity, available[line.item_id]):
            raise ValueError(f"Units of item {line.item_id} are left out.")


def _parse_pick(pick: Any) -> Pick:
    return Pick(
        _parse_integer(pick.warehouse_id),
        _parse_integer(pick.item_id),
        _parse_integer(pick.quantity),
    )


def _parse_rejection(rejection: Any) -> Rejection:
    return Rejection(_parse_text(rejection.warehouse), _parse_text(rejection.why))


def _parse_considered_set(costs: Any) -> ConsideredSet:
    if isinstance(costs.warehouses, str):
        raise TypeError("The warehouses considered are one text.")
    amounts = map(_parse_integer, (costs.parcels, costs.weight, costs.future, costs.overloaded))
    return ConsideredSet(tuple(map(_parse_text, islice(costs.warehouses, MAX_LISTED))), *amounts)


def _parse_integer(number: Any) -> int:
    """Return a number of any integer type as an int; raises TypeError or ValueError."""
    whole = operator.index(number)
    if abs(whole) > MAX_NUMBER:
        raise ValueError("A number is too large.")
    return whole


def _parse_text(text: Any) -> str:
    """Return a text, truncated, that PostgreSQL can store; raises TypeError or ValueError."""
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} is no text.")
    truncated = text[:MAX_TEXT_LENGTH]
    truncated.encode()  # a lone surrogate is a ValueError
    if "\x00" in truncated:
        raise ValueError("A text has characters that no table keeps.")
    return truncated

"""What strategies answer, checked; of what a stranger proposes nothing is taken on trust."""

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from warehouses.assignment.strategies.types import Assignment, Considered, Line, Pick, Rejection
from warehouses.exceptions import InvalidAssignment

MAX_TEXT_LENGTH = 1000
MAX_LISTED = 100  # of warehouses passed over, and of choices considered
MAX_NUMBER = 10**15  # mills, or units


def parse_proposal(
    answer: Any, lines: Sequence[Line], availability: Mapping[tuple[int, int], int]
) -> Assignment:
    """Return an answer as an Assignment that can be, and can be written down.

    It gives away all that is there and no more, in whole units. Raises ValueError or
    TypeError.
    """
    if not isinstance(answer, Assignment):
        raise TypeError(f"{type(answer).__name__} is no Assignment.")
    try:
        proposal = Assignment(
            tuple(map(_pick, islice(answer.picks, 1 + sum(line.quantity for line in lines)))),
            _text(answer.reason),
            tuple(map(_rejection, islice(answer.rejected, MAX_LISTED))),
            tuple(map(_considered, islice(answer.considered, MAX_LISTED))),
        )
        check_feasible(proposal, lines, availability)
    except (AttributeError, InvalidAssignment) as error:
        raise ValueError(str(error)) from error
    check_complete(proposal, lines, availability)
    return proposal


def check_feasible(
    assignment: Assignment, lines: Iterable[Line], availability: Mapping[tuple[int, int], int]
) -> None:
    """Raises InvalidAssignment where more is picked than is wanted, than is there, or no unit."""
    wanted = {line.item_id: line.quantity for line in lines}
    chosen: Counter[int] = Counter()
    taken: Counter[tuple[int, int]] = Counter()
    for pick in assignment.picks:
        chosen[pick.item_id] += pick.quantity
        taken[pick.warehouse_id, pick.item_id] += pick.quantity
        is_some = isinstance(pick.quantity, int) and pick.quantity > 0
        if not is_some or chosen[pick.item_id] > wanted.get(pick.item_id, 0):
            raise InvalidAssignment(f"{pick} is not what the order needs.")
        if taken[pick.warehouse_id, pick.item_id] > availability.get(
            (pick.warehouse_id, pick.item_id), 0
        ):
            raise InvalidAssignment(f"{pick} is more than there is.")


def check_complete(
    proposal: Assignment, lines: Sequence[Line], availability: Mapping[tuple[int, int], int]
) -> None:
    """Raises ValueError where units are left out that are wanted and there."""
    there: Counter[int] = Counter()
    for (_, item_id), units in availability.items():
        there[item_id] += units
    given: Counter[int] = Counter()
    for pick in proposal.picks:
        given[pick.item_id] += pick.quantity
    for line in lines:
        if given[line.item_id] < min(line.quantity, there[line.item_id]):
            raise ValueError(f"Units of item {line.item_id} are left out.")


def _pick(pick: Any) -> Pick:
    return Pick(_whole(pick.warehouse_id), _whole(pick.item_id), _whole(pick.quantity))


def _rejection(one: Any) -> Rejection:
    return Rejection(_text(one.warehouse), _text(one.why))


def _considered(one: Any) -> Considered:
    if isinstance(one.warehouses, str):
        raise TypeError("The warehouses considered are one text.")
    amounts = map(_whole, (one.parcels, one.weight, one.future, one.overloaded))
    return Considered(tuple(map(_text, islice(one.warehouses, MAX_LISTED))), *amounts)


def _whole(number: Any) -> int:
    """Return a number of whatever type as an int, if it is whole by its type."""
    whole = operator.index(number)
    if abs(whole) > MAX_NUMBER:
        raise ValueError("A number is too large.")
    return whole


def _text(text: Any) -> str:
    """Return a text that a table keeps."""
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} is no text.")
    cut = text[:MAX_TEXT_LENGTH]
    cut.encode()  # a lone surrogate is a ValueError
    if "\x00" in cut:
        raise ValueError("A text has characters that no table keeps.")
    return cut

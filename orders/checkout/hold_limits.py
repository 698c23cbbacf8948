"""Limits against hoarding: unit-minutes that a customer may hold, and shares of an item.

A unit-minute is one unit, held for one minute and not bought. The budget of an hour is
MAX_UNIT_MINUTES_PER_HOUR for known customers; that of a newcomer (orders.models.Newcomer)
is NEWCOMER_UNIT_MINUTES_PER_HOUR, half as much before the address is confirmed and three
times as much after a week. The newcomers of one network have the budget of
NEWCOMERS_PER_NETWORK together. Of each item, newcomers may tie up NEWCOMER_SHARE percent of
the units that are left, those of one network NEWCOMER_NETWORK_SHARE percent, and always
MIN_UNITS: in holds, and a network also in orders of which nothing has shipped.

The caller holds the locks that make the counts exact: the cart for the customer's own, the
stock rows for the shares; the network has an advisory lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from orders.checkout.hold_usage import (
    HoldAccount,
    seconds_until_one_leaves,
    unit_minutes_of_network,
    units_held_by_newcomers,
    units_ordered_from,
)
from orders.exceptions import (
    HoldBudgetSpent,
    HoldTooLarge,
    NewcomerShareReached,
    ShareLimit,
    TooManyHolds,
)
from orders.models import Checkout
from shop.core.db.advisory_locks import serialize_on

NEWCOMERS_PER_NETWORK = 20  # as many of them as one network may have hold at the same time
MIN_UNITS = 2  # of each item, which newcomers may tie up however few are left


def check_budget(account: HoldAccount, units: int) -> None:
    """Check the number of holds and the unit-minutes of a hold of so many units.

    Raises TooManyHolds, HoldTooLarge or HoldBudgetSpent.
    """
    cost = units * settings.CHECKOUT_HOLD_SECONDS / 60
    if account.holds >= settings.MAX_HOLDS_PER_HOUR:
        wait = seconds_until_one_leaves(account.customer)
        raise TooManyHolds(settings.MAX_HOLDS_PER_HOUR, retry_after=wait)
    if cost > account.budget:
        limit = account.budget * 60 // settings.CHECKOUT_HOLD_SECONDS
        raise HoldTooLarge(limit=limit, wanted=units)
    if account.unit_minutes + cost > account.budget or _is_network_spent(account, cost):
        wait = seconds_until_one_leaves(account.customer)
        raise HoldBudgetSpent(account.budget, retry_after=wait)


def check_shares(
    account: HoldAccount,
    lines: Sequence[Any],
    left: Mapping[int, int],
    *,
    ending: Iterable[Checkout],
) -> None:
    """Check what newcomers would tie up of each item; nothing for other customers.

    `left` are the units of each locked item that this hold can take, `ending` the holds
    that it ends. Raises NewcomerShareReached, which names every item.
    """
    if account.newcomer is None:
        return
    network = account.newcomer["network"]
    held = units_held_by_newcomers(lines, network, ending)
    ordered = units_ordered_from(lines, network)
    reached = []
    for line in lines:
        by_all, by_network = held.get(line.item_id, (0, 0))
        by_network += ordered.get(line.item_id, 0)
        units = left[line.item_id] + by_all + ordered.get(line.item_id, 0)
        allowed = min(
            _share(units, settings.NEWCOMER_SHARE) - by_all,
            _share(units, settings.NEWCOMER_NETWORK_SHARE) - by_network,
        )
        if line.quantity > allowed:
            reached.append(ShareLimit(line.item_id, line.item.name, line.quantity, max(0, allowed)))
    if reached:
        raise NewcomerShareReached(reached)


def _share(units: int, percent: int) -> int:
    return max(MIN_UNITS, units * percent // 100)


def _is_network_spent(account: HoldAccount, cost: float) -> bool:
    """Return whether the newcomers of the network would hold more than they may together."""
    if account.newcomer is None:
        return False
    network = account.newcomer["network"]
    serialize_on(f"holds of newcomers of {network}")
    others = unit_minutes_of_network(network, without=account.customer)
    budget = NEWCOMERS_PER_NETWORK * settings.NEWCOMER_UNIT_MINUTES_PER_HOUR
    return others + account.unit_minutes + cost > budget

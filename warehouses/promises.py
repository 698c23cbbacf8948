"""When something arrives that is ordered or shipped at some moment. Nothing is read here.

Warehouses work from Monday to Friday, carriers deliver from Monday to Saturday; nobody
tells of public holidays.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

WORKING = range(5)  # weekdays, 0 being Monday
DELIVERING = range(6)
DAY = timedelta(days=1)


class Promise(NamedTuple):
    """The day of arrival, and the moment from which on it would be a later one, in UTC."""

    arrives_on: date
    order_before: datetime


def promise(
    ordered_at: datetime, *, zone: tzinfo, cutoff: time, handling_days: int, transit_days: int
) -> Promise:
    """Promise an arrival: an order of before the cut-off of a working day is that day's."""
    order_before = _next_cutoff(ordered_at.astimezone(zone), cutoff)
    leaves_on = _after(order_before.date(), handling_days, WORKING)
    arrives_on = _after(leaves_on, transit_days, DELIVERING)
    return Promise(arrives_on, order_before.astimezone(UTC))


def arrival_of_shipped(shipped_at: datetime, *, zone: tzinfo, transit_days: int) -> date:
    """Return when something arrives that the carrier took at some moment."""
    return _after(shipped_at.astimezone(zone).date(), transit_days, DELIVERING)


def _next_cutoff(moment: datetime, cutoff: time) -> datetime:
    day = moment.date() if moment.time() < cutoff else moment.date() + DAY
    while day.weekday() not in WORKING:
        day += DAY
    return datetime.combine(day, cutoff, moment.tzinfo)


def _after(day: date, count: int, weekdays: Container[int]) -> date:
    """Return the day that so many of the weekdays later is; none later is the day itself."""
    while count:
        day += DAY
        count -= day.weekday() in weekdays
    return day

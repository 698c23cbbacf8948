"""When something arrives that is ordered or shipped at some moment. Nothing is read here.

Warehouses work from Monday to Friday, carriers deliver from Monday to Saturday; on public
holidays neither does.
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


class Calendar(NamedTuple):
    """Where the shop is: its time, and its public holidays."""

    zone: tzinfo
    holidays: Container[date] = ()

    def is_on(self, weekdays: Container[int], day: date) -> bool:
        """Whether somebody is at work on a day who is on these weekdays."""
        return day.weekday() in weekdays and day not in self.holidays

    def after(self, day: date, count: int, weekdays: Container[int]) -> date:
        """Return the day that so many days at work later is; none later is the day itself."""
        while count:
            day += DAY
            count -= self.is_on(weekdays, day)
        return day


def promise(
    ordered_at: datetime,
    *,
    calendar: Calendar,
    cutoff: time,
    handling_days: int,
    transit_days: int,
) -> Promise:
    """Promise an arrival: an order of before the cut-off of a working day is that day's."""
    order_before = _next_cutoff(ordered_at, cutoff, calendar)
    leaves_on = calendar.after(order_before.date(), handling_days, WORKING)
    arrives_on = calendar.after(leaves_on, transit_days, DELIVERING)
    return Promise(arrives_on, order_before.astimezone(UTC))


def arrival_of_shipped(shipped_at: datetime, *, calendar: Calendar, transit_days: int) -> date:
    """Return when something arrives that the carrier took at some moment."""
    left_on = shipped_at.astimezone(calendar.zone).date()
    return calendar.after(left_on, transit_days, DELIVERING)


def _next_cutoff(ordered_at: datetime, cutoff: time, calendar: Calendar) -> datetime:
    moment = ordered_at.astimezone(calendar.zone)
    day = moment.date() if moment.time() < cutoff else moment.date() + DAY
    while not calendar.is_on(WORKING, day):
        day += DAY
    return datetime.combine(day, cutoff, calendar.zone)

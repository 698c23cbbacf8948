"""Arrival dates computed from an order time or a shipping time; pure functions.

Warehouses work from Monday to Friday, carriers deliver from Monday to Saturday; on public
holidays neither does.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

WAREHOUSE_WEEKDAYS = range(5)  # 0 being Monday
CARRIER_WEEKDAYS = range(6)
DAY = timedelta(days=1)


class DeliveryEstimate(NamedTuple):
    """The estimated day of arrival, and the cut-off after which it would be later, in UTC."""

    arrives_on: date
    order_before: datetime


class Calendar(NamedTuple):
    """The region's time zone and public holidays."""

    zone: tzinfo
    holidays: Container[date] = ()

    def is_workday(self, day: date, weekdays: Container[int]) -> bool:
        """Return whether a day is one of the weekdays and no public holiday."""
        return day.weekday() in weekdays and day not in self.holidays

    def add_workdays(self, day: date, count: int, weekdays: Container[int]) -> date:
        """Return the day that is `count` workdays later; a count of 0 is the day itself."""
        while count:
            day += DAY
            count -= self.is_workday(day, weekdays)
        return day


def estimate_from_order(
    ordered_at: datetime,
    *,
    calendar: Calendar,
    cutoff: time,
    handling_days: int,
    transit_days: int,
) -> DeliveryEstimate:
    """Estimate the delivery of an order; before the cut-off of a working day it counts that day."""
    order_before = _next_cutoff(ordered_at, cutoff, calendar)
    leaves_on = calendar.add_workdays(order_before.date(), handling_days, WAREHOUSE_WEEKDAYS)
    arrives_on = calendar.add_workdays(leaves_on, transit_days, CARRIER_WEEKDAYS)
    return DeliveryEstimate(arrives_on, order_before.astimezone(UTC))


def estimate_from_shipping(shipped_at: datetime, *, calendar: Calendar, transit_days: int) -> date:
    """Return the day of arrival of a parcel that the carrier took at `shipped_at`."""
    shipped_on = shipped_at.astimezone(calendar.zone).date()
    return calendar.add_workdays(shipped_on, transit_days, CARRIER_WEEKDAYS)


def _next_cutoff(ordered_at: datetime, cutoff: time, calendar: Calendar) -> datetime:
    moment = ordered_at.astimezone(calendar.zone)
    day = moment.date() if moment.time() < cutoff else moment.date() + DAY
    while not calendar.is_workday(day, WAREHOUSE_WEEKDAYS):
        day += DAY
    return datetime.combine(day, cutoff, calendar.zone)

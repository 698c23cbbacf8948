"""When things arrive, as far as anybody knows: what is on sale, and what was ordered."""

from collections.abc import Container, Iterable
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.utils.timezone import get_default_timezone
from holidays import country_holidays

from warehouses.delivery.calendar import Calendar, Promise, arrival_of_shipped, promise
from warehouses.delivery.distances import km_from, whereabouts
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import Warehouse, WarehouseOrder

Coordinates = tuple[float, float]


@cache
def holidays_in(country: str) -> Container[date]:
    """Return the public holidays that all of a country has; worked out a year at a time."""
    return country_holidays(country)


def annotate_arrivals(parcels: Iterable[WarehouseOrder]) -> None:
    """Note on parcels when each arrives. They are read with their warehouses."""
    rates = current_rates()
    for parcel in parcels:
        parcel.arrives_on = _arrival(parcel, rates)


def _arrival(parcel: WarehouseOrder, rates: Rates) -> date | None:
    goes_to = whereabouts(parcel.shipping_address)
    if goes_to is None:
        return None
    if parcel.shipped_at is None:
        return _promise(parcel.assigned_at, parcel.warehouse, goes_to, rates).arrives_on
    return _arrival_if_shipped(parcel.shipped_at, parcel.warehouse, goes_to, rates)


def _arrival_if_shipped(
    shipped_at: datetime, warehouse: Warehouse, goes_to: Coordinates, rates: Rates
) -> date:
    days = _transit_days(warehouse, goes_to, rates)
    return arrival_of_shipped(shipped_at, calendar=_calendar(), transit_days=days)


def _promise(
    ordered_at: datetime, warehouse: Warehouse, goes_to: Coordinates, rates: Rates
) -> Promise:
    return promise(
        ordered_at,
        calendar=_calendar(),
        cutoff=warehouse.cutoff,
        handling_days=warehouse.handling_days,
        transit_days=_transit_days(warehouse, goes_to, rates),
    )


def _transit_days(warehouse: Warehouse, goes_to: Coordinates, rates: Rates) -> int:
    return rates.rates[rates.zone_of(km_from(warehouse, goes_to))].days


def _calendar() -> Calendar:
    return Calendar(get_default_timezone(), holidays_in(settings.REGION.country))

"""Estimated delivery dates of units ordered now and of parcels under way."""

from collections.abc import Container, Iterable
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.utils.timezone import get_default_timezone
from holidays import country_holidays

from warehouses.delivery.calendar import (
    Calendar,
    DeliveryEstimate,
    estimate_from_order,
    estimate_from_shipping,
)
from warehouses.delivery.distances import Coordinates, km_between, locate_address
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import Warehouse, WarehouseOrder


@cache
def holidays_in(country: str) -> Container[date]:
    """Return the public holidays of a whole country; the library computes them by year."""
    return country_holidays(country)


def annotate_parcel_arrivals(parcels: Iterable[WarehouseOrder]) -> None:
    """Set `arrives_on`, a date or None, on parcels that were read with their warehouses."""
    rates = current_rates()
    for parcel in parcels:
        parcel.arrives_on = _arrival_date(parcel, rates)


def _arrival_date(parcel: WarehouseOrder, rates: Rates) -> date | None:
    destination = locate_address(parcel.shipping_address)
    if destination is None:
        return None
    if parcel.shipped_at is None:
        estimate = estimate_order_delivery(parcel.assigned_at, parcel.warehouse, destination, rates)
        return estimate.arrives_on
    return estimate_parcel_arrival(parcel.shipped_at, parcel.warehouse, destination, rates)


def estimate_parcel_arrival(
    shipped_at: datetime, warehouse: Warehouse, destination: Coordinates, rates: Rates
) -> date:
    """Return the day of arrival of a parcel that leaves the warehouse at `shipped_at`."""
    days = _transit_days(warehouse, destination, rates)
    return estimate_from_shipping(shipped_at, calendar=_calendar(), transit_days=days)


def estimate_order_delivery(
    ordered_at: datetime, warehouse: Warehouse, destination: Coordinates, rates: Rates
) -> DeliveryEstimate:
    """Estimate the delivery of an order that the warehouse gets at `ordered_at`."""
    return estimate_from_order(
        ordered_at,
        calendar=_calendar(),
        cutoff=warehouse.cutoff,
        handling_days=warehouse.handling_days,
        transit_days=_transit_days(warehouse, destination, rates),
    )


def _transit_days(warehouse: Warehouse, destination: Coordinates, rates: Rates) -> int:
    return rates.rates[rates.zone_of(km_between(warehouse, destination))].days


def _calendar() -> Calendar:
    return Calendar(get_default_timezone(), holidays_in(settings.REGION.country))

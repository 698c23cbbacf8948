"""Shipping rates: the price of a parcel by zone and weight, and the transit days.

Zones go by distance, as those of parcel carriers do. Staff write tables of rates in the
admin, and the newest table is in force; DEFAULT_RATES are until there is one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from warehouses.delivery.money import MILLS_PER_MINOR_UNIT
from warehouses.models import ZoneRate


class Rate(NamedTuple):
    """A zone's price of a parcel and of each kilogram, in minor units; `days` in transit."""

    parcel_price: int
    price_per_kg: int
    days: int

    def cost_of_unit(self, weight: int) -> int:
        """Return the cost of a parcel with one unit, in mills; `weight` is in grams."""
        return MILLS_PER_MINOR_UNIT * self.parcel_price + self.price_per_kg * weight


class Rates(NamedTuple):
    """The far end of each zone but the last, in kilometres, and the rate of each zone."""

    ends: Sequence[int]
    rates: Sequence[Rate]

    def zone_of(self, km: float | None) -> int:
        """Return the zone of a distance, 0 being the nearest; unknown is the farthest."""
        return len(self.rates) - 1 if km is None else bisect_left(self.ends, km)


DEFAULT_RATES = Rates(
    (80, 240, 480, 965, 1610, 2255, 2900),
    (
        Rate(620, 45, 1),
        Rate(660, 55, 1),
        Rate(720, 70, 2),
        Rate(800, 95, 2),
        Rate(910, 130, 3),
        Rate(1020, 170, 4),
        Rate(1130, 215, 4),
        Rate(1260, 270, 5),
    ),
)


def current_rates() -> Rates:
    """Return the newest table of rates, or DEFAULT_RATES where there is none."""
    zones = list(ZoneRate.objects.newest())
    if not zones:
        return DEFAULT_RATES
    return Rates(
        [zone.up_to_km for zone in zones[:-1]],
        [Rate(zone.parcel_price, zone.price_per_kg, zone.days) for zone in zones],
    )

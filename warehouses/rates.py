"""What a parcel costs: a base by zone, and so much for each kilogram.

Zones go by distance, as those of parcel carriers do. The rates are data: staff edit them
in the admin; these are where a shop begins.
"""

from bisect import bisect_left
from typing import NamedTuple


class Rate(NamedTuple):
    """In the currency's minor units; `days` in transit."""

    parcel: int
    per_kg: int
    days: int


# The farthest a zone reaches, in kilometres; the last one has no end.
ZONE_ENDS = (80, 240, 480, 965, 1610, 2255, 2900)
DEFAULT_RATES = (
    Rate(620, 45, 1),
    Rate(660, 55, 1),
    Rate(720, 70, 2),
    Rate(800, 95, 2),
    Rate(910, 130, 3),
    Rate(1020, 170, 4),
    Rate(1130, 215, 4),
    Rate(1260, 270, 5),
)


def zone_of(km: float) -> int:
    """Return which zone a distance is in, 0 being the nearest."""
    return bisect_left(ZONE_ENDS, km)

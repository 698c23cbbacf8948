"""How far it is from a warehouse to a customer."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Any

import zipcodes

EARTH_KM = 6371.0088  # the mean radius
MAPPED_COUNTRIES = frozenset({"US"})  # whose postal codes are known to lie somewhere


def great_circle_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Return the distance over the ground, by the haversine formula."""
    lat, other_lat = radians(latitude), radians(other_latitude)
    up = sin((other_lat - lat) / 2) ** 2
    along = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, up + cos(lat) * cos(other_lat) * along)))


@lru_cache(maxsize=50_000)
def coordinates_of(country: str, postal_code: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a ZIP code; None where nobody knows it.

    The library carries the codes of the United States inside it. Some of them are of no
    place, as those of post offices: they lie where the others of their area do, which has
    the same three digits. Those of ships and of troops abroad lie nowhere.
    """
    digits = postal_code.strip()[:5]
    if country not in MAPPED_COUNTRIES or not (
        len(digits) == 5 and digits.isascii() and digits.isdigit()
    ):
        return None
    found = zipcodes.matching(digits)
    if not found:
        return None
    placed = _places(found) or _places(zipcodes.similar_to(digits[:3]))
    if not placed:
        return None
    latitudes, longitudes = zip(*placed, strict=True)
    return fmean(latitudes), fmean(longitudes)


def _places(found: Iterable[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Where codes lie; the library puts those that lie nowhere at 0, 0."""
    places = [(float(one["lat"] or 0), float(one["long"] or 0)) for one in found]
    return [place for place in places if all(place)]

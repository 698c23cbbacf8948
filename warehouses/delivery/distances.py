"""How far it is from a warehouse to a customer."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Any

import zipcodes
from django.conf import settings

from warehouses.models import Warehouse

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


def whereabouts(address: Mapping[str, str]) -> tuple[float, float] | None:
    """Return latitude and longitude of an address; None where nobody knows them."""
    return coordinates_of(str(address.get("country", "")), str(address.get("postal_code", "")))


def km_from(w: Warehouse, goes_to: tuple[float, float] | None) -> float | None:
    """Return how far a place is from a warehouse; None where it is not known of either."""
    at = place_of(w)
    return None if at is None or goes_to is None else great_circle_km(*at, *goes_to)


def place_of(w: Warehouse) -> tuple[float, float] | None:
    """Return where a warehouse is, by its postal code if nobody has said more."""
    if w.latitude is not None and w.longitude is not None:
        return w.latitude, w.longitude
    return coordinates_of(settings.REGION.country, w.postal_code)

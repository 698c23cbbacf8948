"""Distances between warehouses and customers, from postal codes and coordinates."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Any

import zipcodes
from django.conf import settings

from warehouses.models import Warehouse

EARTH_RADIUS_KM = 6371.0088  # the mean radius
MAPPED_COUNTRIES = frozenset({"US"})  # the countries whose postal codes have coordinates

Coordinates = tuple[float, float]  # latitude and longitude, in degrees


def great_circle_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Return the distance over the ground, by the haversine formula."""
    lat, other_lat = radians(latitude), radians(other_latitude)
    up = sin((other_lat - lat) / 2) ** 2
    along = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, up + cos(lat) * cos(other_lat) * along)))


@lru_cache(maxsize=50_000)
def locate_postal_code(country: str, postal_code: str) -> Coordinates | None:
    """Return latitude and longitude of a ZIP code; None where they are unknown.

    The library `zipcodes` contains the codes of the United States. Some codes have no
    coordinates, as those of post offices: they get the mean of the other codes in their
    area, which have the same first three digits. Codes of ships and of troops abroad have
    no location.
    """
    digits = postal_code.strip()[:5]
    if country not in MAPPED_COUNTRIES or not (
        len(digits) == 5 and digits.isascii() and digits.isdigit()
    ):
        return None
    rows = zipcodes.matching(digits)
    if not rows:
        return None
    coordinates = _coordinates(rows) or _coordinates(zipcodes.similar_to(digits[:3]))
    if not coordinates:
        return None
    latitudes, longitudes = zip(*coordinates, strict=True)
    return fmean(latitudes), fmean(longitudes)


def _coordinates(rows: Iterable[Mapping[str, Any]]) -> list[Coordinates]:
    """Return the coordinates of codes; the library writes 0, 0 where a code has none."""
    coordinates = [(float(row["lat"] or 0), float(row["long"] or 0)) for row in rows]
    return [pair for pair in coordinates if all(pair)]


def locate_address(address: Mapping[str, str]) -> Coordinates | None:
    """Return latitude and longitude of an address; None where they are unknown."""
    return locate_postal_code(str(address.get("country", "")), str(address.get("postal_code", "")))


def km_between(w: Warehouse, destination: Coordinates | None) -> float | None:
    """Return the distance from a warehouse in km; None where either location is unknown."""
    origin = locate_warehouse(w)
    if origin is None or destination is None:
        return None
    return great_circle_km(*origin, *destination)


def locate_warehouse(w: Warehouse) -> Coordinates | None:
    """Return the coordinates of a warehouse, else those of its postal code, else None."""
    if w.latitude is not None and w.longitude is not None:
        return w.latitude, w.longitude
    return locate_postal_code(settings.REGION.country, w.postal_code)

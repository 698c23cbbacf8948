"""The regions that a deployment can serve: one region, one deployment, same code."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Region:
    """The settings that differ between regions, as amazon.com and amazon.de; never a column."""

    code: str
    currency: str
    language: str
    time_zone: str
    country: str
    measures: str  # "metric" or "us"


REGIONS = {
    region.code: region
    for region in (
        Region("us", "USD", "en-us", "America/New_York", "US", "us"),
        Region("de", "EUR", "de-de", "Europe/Berlin", "DE", "metric"),
    )
}


def currency() -> str:
    """Return the currency of every price in this deployment, as an ISO 4217 code."""
    return settings.REGION.currency

"""The carriers of parcels."""

from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

PLACEHOLDER = "{tracking}"


def validate_tracking_url(pattern: str) -> None:
    """Check that a pattern is a web address with the placeholder. Raises ValidationError."""
    if not pattern.startswith(("https://", "http://")) or pattern.count(PLACEHOLDER) != 1:
        raise ValidationError(f"Begin with https:// and write {PLACEHOLDER} once.")


class Carrier(models.Model):
    """A carrier of parcels, with the address of its tracking page."""

    name = models.CharField(max_length=60)
    tracking_url = models.CharField(
        "tracking page",
        max_length=300,
        blank=True,
        default="",
        validators=[validate_tracking_url],
        help_text=f"With {PLACEHOLDER} in place of the number. Empty: parcels have no link.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="carrier_named_once")]

    def __str__(self) -> str:
        return self.name

    def url_of(self, tracking: str) -> str:
        """Return the address of a parcel's tracking page, or "" if there is none."""
        if not self.tracking_url or not tracking:
            return ""
        return self.tracking_url.replace(PLACEHOLDER, quote(tracking, safe=""))

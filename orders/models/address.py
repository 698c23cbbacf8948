"""The table of address books."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

# In the order of the API's contract.
ADDRESS_PARTS = ("name", "line1", "line2", "city", "region", "postal_code", "country")
MAX_PART_LENGTHS = {
    "name": 120,
    "line1": 200,
    "line2": 200,
    "city": 120,
    "region": 120,
    "postal_code": 20,
}


class AddressQuerySet(models.QuerySet["Address"]):
    def lock(self):
        """Return the addresses, locked by key until commit; never together with other tables."""
        return self.order_by("pk").select_for_update(no_key=True)


class Address(models.Model):
    """A shipping address in a customer's book, which lists the one used last first."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses"
    )
    name = models.CharField(max_length=MAX_PART_LENGTHS["name"])
    line1 = models.CharField(max_length=MAX_PART_LENGTHS["line1"])
    line2 = models.CharField(max_length=MAX_PART_LENGTHS["line2"], blank=True, default="")
    city = models.CharField(max_length=MAX_PART_LENGTHS["city"], blank=True, default="")
    region = models.CharField(max_length=MAX_PART_LENGTHS["region"], blank=True, default="")
    postal_code = models.CharField(
        max_length=MAX_PART_LENGTHS["postal_code"], blank=True, default=""
    )
    country = models.CharField(max_length=2)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        ordering = ["-used_at", "-pk"]
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "digest"], name="an_address_once_in_a_customers_book"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.line1}"

    @property
    def parts(self) -> dict[str, str]:
        """Return the address as a mapping, without the columns of the book."""
        return {part: getattr(self, part) for part in ADDRESS_PARTS}

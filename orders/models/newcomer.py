"""The table of newcomers: customers whom nothing vouches for yet."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Newcomer(models.Model):
    """A customer who signed up alone and to whom nothing has shipped yet.

    Customers whose first parcel has left, whom staff trust, or whose account staff or a
    command made, have no row. The limits against hoarding (orders.checkout.hold_limits)
    are tighter for newcomers, also for those of one network together.
    """

    customer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="newcomer",
    )
    network = models.CharField("network of the sign-up", max_length=64, db_index=True)
    signed_up_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField("address confirmed", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "new customer"

    def __str__(self) -> str:
        return f"new customer {self.pk}"

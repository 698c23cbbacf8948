"""Tables of demand: sales statistics and back-in-stock requests."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from catalog.models.item import Item
from shop.core.db.claims import Claimable


class Popularity(models.Model):
    """Recent sales of an item; a job of orders writes them (orders.sales_statistics)."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="popularity"
    )
    units = models.BigIntegerField("units ordered recently")

    class Meta:
        verbose_name_plural = "popularity"

    def __str__(self) -> str:
        return f"{self.units} × {self.item_id}"


class CoPurchase(models.Model):
    """The number of orders with both of two items; a job of orders writes it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="co_purchases")
    other = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    orders = models.PositiveIntegerField("orders with both")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "other"], name="one_row_per_pair_of_items"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} with {self.other_id}"


class BackInStockRequestQuerySet(models.QuerySet["BackInStockRequest"]):
    def unsent(self):
        """Return the requests that no mail has answered."""
        return self.filter(notified_at=None)

    def in_stock(self):
        """Return the requests whose item can be bought now, with their item and customer."""
        buyable = {"item__is_active": True, "item__aggregated_stock__stock__gt": 0}
        return self.filter(**buyable).select_related("item", "customer")


class BackInStockRequest(Claimable):
    """A customer's request for a mail when an item is back; the table is the queue."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    notified_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BackInStockRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "customer"],
                condition=models.Q(notified_at=None),
                name="one_wait_for_an_item_per_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} waits for {self.item}"

"""The table of aggregated stock."""

from django.db import models

from catalog.models.item import Item


class AggregatedStock(models.Model):
    """The units of an item that can still be promised, over all open warehouses."""

    item = models.OneToOneField(
        Item, on_delete=models.PROTECT, primary_key=True, related_name="aggregated_stock"
    )
    stock = models.BigIntegerField(default=0)
    next_release_at = models.DateTimeField(
        "not later than the earliest expiry among the holds on the item", null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "aggregated stock"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock__gte=0), name="aggregated_stock_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stock} × {self.item_id}"

"""What the shop sells, and how many units of it can still be promised."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify


class ItemQuerySet(models.QuerySet["Item"]):
    def on_sale(self):
        return self.filter(is_active=True)

    def lock(self):
        """The items, locked by key until commit; nothing else is locked after them."""
        return self.order_by("pk").select_for_update(no_key=True)


class Item(models.Model):
    """One thing for sale. Its stock is elsewhere: this table is read-heavy."""

    is_release_due: bool  # annotated by catalog.live

    sku = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True, default="")
    price = models.DecimalField(
        help_text="In major units of the region's currency.",
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    brand = models.CharField(max_length=120, blank=True, default="")
    category = models.CharField(max_length=120, blank=True, default="")
    image = models.FileField(upload_to="items/", max_length=200, blank=True, default="")
    is_active = models.BooleanField("on sale", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    search_document = models.GeneratedField(
        expression=(
            SearchVector("sku", config="simple", weight="A")
            + SearchVector("name", config="english", weight="A")
            + SearchVector("brand", config="english", weight="B")
            + SearchVector("category", config="english", weight="C")
            + SearchVector("description", config="english", weight="D")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="item_price_not_negative"
            ),
        ]
        indexes = [
            GinIndex(fields=["search_document"], name="item_search_document"),
            models.Index(fields=["category", "-id"], name="item_category"),
            models.Index(fields=["brand"], name="item_brand"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:item", args=[self.pk, slugify(self.name)[:80] or "item"])

    @property
    def stock(self) -> int:
        """Units that can still be promised, as read with the item."""
        return self.aggregated_stock.stock


class AggregatedStock(models.Model):
    """How many units of one item can still be promised, over all open warehouses."""

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


def currency() -> str:
    """The currency of every price in this deployment."""
    return settings.REGION.currency

"""The table of items."""

from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify

from shop.core.optimistic_locking import version_of

# Items with a picture whose sizes are not copied to them yet; an SVG drawing needs none.
UNSIZED = (
    ~models.Q(image="")
    & ~models.Q(image=models.F("sized_image"))
    & ~models.Q(image__iendswith=".svg")
)


class ItemQuerySet(models.QuerySet["Item"]):
    def on_sale(self):
        """Return the items that can be bought while they have stock."""
        return self.filter(is_active=True)

    def unsized(self):
        """Return the items whose picture sizes are still to be made or copied."""
        return self.filter(UNSIZED)

    def lock(self):
        """Return the items, locked by key until commit; no other table is locked after them."""
        return self.order_by("pk").select_for_update(no_key=True)


class Item(models.Model):
    """An item for sale. Its stock is in AggregatedStock, because this table is read-heavy."""

    is_release_due: bool  # annotated by catalog.live_items

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
    weight = models.PositiveIntegerField(
        help_text="In grams, packed. Empty if unknown.", null=True, blank=True
    )
    specifications = models.JSONField(
        "pairs of a label and a value",
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
    )
    image = models.FileField(upload_to="items/", max_length=200, blank=True, default="")
    # Copied from the picture when its sizes are made (catalog.pictures). They are valid only
    # while `sized_image` equals `image`, so code that changes the image can ignore them.
    sized_image = models.CharField(max_length=200, db_default="", editable=False)
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    image_sizes = ArrayField(models.PositiveIntegerField(), null=True, editable=False)
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
            models.Index(fields=["image"], name="item_unsized", condition=UNSIZED),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the item's page, with a slug of its name."""
        return _item_path(self.pk, self.name)

    @property
    def stock(self) -> int:
        """The units that can still be promised, as read with the item."""
        return self.aggregated_stock.stock

    @property
    def version(self) -> str:
        """The version of the item's own fields: changes with every write, not with the stock."""
        return version_of(self.updated_at.timestamp())


@lru_cache(maxsize=10_000)
def _item_path(item_id: int, name: str) -> str:
    """Return the path of an item's page; cached, because reverse() is slow on item lists."""
    return reverse("catalog:item", args=[item_id, slugify(name)[:80] or "item"])

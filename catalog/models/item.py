"""What the shop sells, and how many units of it can still be promised."""

from functools import lru_cache

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify

from catalog.versions import version_of

# Items that show a picture whose sizes they do not know; a drawing needs none.
UNSIZED = (
    ~models.Q(image="")
    & ~models.Q(image=models.F("sized_image"))
    & ~models.Q(image__iendswith=".svg")
)


class ItemQuerySet(models.QuerySet["Item"]):
    def on_sale(self):
        return self.filter(is_active=True)

    def unsized(self):
        return self.filter(UNSIZED)

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
    weight = models.PositiveIntegerField(
        help_text="In grams, packed. Empty where nobody knows it.", null=True, blank=True
    )
    specifications = models.JSONField(
        "pairs of a label and a value",
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
    )
    image = models.FileField(upload_to="items/", max_length=200, blank=True, default="")
    # Copied from the picture when it is made (catalog.pictures). They are true while
    # `sized_image` is the image, so that whoever changes the image need not know of them.
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
        return _address_of(self.pk, self.name)

    @property
    def stock(self) -> int:
        """Units that can still be promised, as read with the item."""
        return self.aggregated_stock.stock

    @property
    def version(self) -> str:
        """Changes with every write of what is said of the item, and not with its stock."""
        return version_of(self.updated_at.timestamp())


@lru_cache(maxsize=10_000)
def _address_of(item_id: int, name: str) -> str:
    """Remembered for popular items: a page of them spends long on their addresses."""
    return reverse("catalog:item", args=[item_id, slugify(name)[:80] or "item"])


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


class PictureQuerySet(models.QuerySet["Picture"]):
    def waiting(self):
        """Those whose sizes are to be made."""
        return self.filter(made_at=None, failure="").awaited()

    def awaited(self):
        """Those that an item shows without knowing their sizes."""
        return self.filter(
            models.Exists(Item.objects.unsized().filter(image=models.OuterRef("name")))
        )

    def settled(self):
        """Those of which there is no more to come."""
        return self.exclude(made_at=None, failure="")


class Picture(models.Model):
    """A file that items show, known by its name in the storage.

    The row is the queue of what is to be done with it (catalog.pictures): sizes are made,
    and files that no item shows any more are removed.
    """

    name = models.CharField(max_length=200, unique=True)
    is_uploaded = models.BooleanField("stored by the admin, and removed with its sizes")
    noted_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField("being made since", null=True)
    begun = models.PositiveSmallIntegerField("times begun without an end", default=0)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sizes = ArrayField(models.PositiveIntegerField(), default=list)
    made_at = models.DateTimeField("sizes made at", null=True)
    failure = models.CharField("why there are no sizes", max_length=200, default="")
    unused_since = models.DateTimeField(null=True)

    objects = PictureQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class CurrentTransaction(models.Func):
    """The number of the transaction that runs this statement."""

    function = "pg_current_xact_id"


class TransactionIdField(models.BigIntegerField):
    """A number that PostgreSQL gives each writing transaction, and never again."""

    def db_type(self, connection) -> str:
        return "xid8"


class ItemChange(models.Model):
    """That the search must look at an item again, written by whoever changed it.

    The outbox of the search: each indexer follows it by itself (catalog.search.changes).
    """

    item = models.ForeignKey(
        Item, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    changed_in = TransactionIdField(db_default=CurrentTransaction(), db_index=True, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    def __str__(self) -> str:
        return f"item {self.item_id} changed"


class Synonyms(models.Model):
    """Words that mean the same to whoever searches; kept by staff."""

    words = models.CharField(
        "words or phrases that mean the same",
        max_length=500,
        unique=True,
        help_text="Separated by commas, as: tv, television, telly",
    )

    class Meta:
        verbose_name_plural = "synonyms"
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class AskedQuery(models.Model):
    """What shoppers searched for and how much was found, counted together."""

    text = models.CharField(max_length=60, unique=True)
    times = models.BigIntegerField("times asked")
    found = models.BigIntegerField("items found at last")
    asked_at = models.DateTimeField("asked at last", db_default=Now(), db_index=True)

    class Meta:
        verbose_name_plural = "asked queries"
        indexes = [
            models.Index(fields=["-times"], name="asked_query_times"),
        ]

    def __str__(self) -> str:
        return self.text


class Popularity(models.Model):
    """How well an item sells; a job of the orders writes it (orders.popularity)."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="popularity"
    )
    units = models.BigIntegerField("units ordered of late")

    class Meta:
        verbose_name_plural = "popularity"

    def __str__(self) -> str:
        return f"{self.units} × {self.item_id}"


class CoPurchase(models.Model):
    """How often two items were ordered together; a job of the orders writes it."""

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
    def waiting(self):
        return self.filter(told_at=None)

    def in_stock(self):
        """Those whose item can be bought now, read with whom and what it is about."""
        buyable = {"item__is_active": True, "item__aggregated_stock__stock__gt": 0}
        return self.filter(**buyable).select_related("item", "customer")


class BackInStockRequest(models.Model):
    """A customer who wants to be told when an item is back; the row is the queue."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField("being told since", null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BackInStockRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "customer"],
                condition=models.Q(told_at=None),
                name="one_wait_for_an_item_per_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} waits for {self.item}"


def currency() -> str:
    """The currency of every price in this deployment."""
    return settings.REGION.currency

"""Tables of the search: item changes to index, synonyms and themes, query statistics."""

from django.db import models
from django.db.models.functions import Now

from catalog.models.item import Item
from shop.core.db.transaction_ids import CurrentXid8, TransactionIdField


class ItemChange(models.Model):
    """A change of an item that the search index must read, written with the change itself.

    The outbox of the search: each indexer follows it by itself (catalog.search.change_feed).
    """

    item = models.ForeignKey(
        Item, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    changed_in = TransactionIdField(db_default=CurrentXid8(), db_index=True, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    def __str__(self) -> str:
        return f"item {self.item_id} changed"


class Synonyms(models.Model):
    """Words that a search treats as equal; kept by staff."""

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


class Theme(models.Model):
    """Words for several kinds of things, which a search finds beside them; kept by staff."""

    words = models.CharField(
        "words or phrases that shoppers type",
        max_length=500,
        unique=True,
        help_text="Separated by commas, as: shoes, footwear",
    )
    finds = models.CharField(
        "things that they find",
        max_length=1000,
        blank=True,
        help_text="Separated by commas, as: sneakers, boots. Leave it empty if the words fit any"
        " item, as: gift, present",
    )

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class SearchQueryStat(models.Model):
    """A query text with the number of its searches and of its latest results."""

    text = models.CharField(max_length=60, unique=True)
    count = models.BigIntegerField("times searched")
    results = models.BigIntegerField("items found last time")
    last_searched_at = models.DateTimeField("last searched at", db_default=Now(), db_index=True)

    class Meta:
        verbose_name = "search query"
        verbose_name_plural = "search queries"
        indexes = [
            models.Index(fields=["-count"], name="search_query_stat_count"),
        ]

    def __str__(self) -> str:
        return self.text

"""Pictures of items, with the state of their sizes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from catalog.models.item import Item
from shop.core.db.claims import Claimable


class PictureQuerySet(models.QuerySet["Picture"]):
    def without_sizes(self):
        """Return the pictures whose sizes are to be made."""
        return self.filter(made_at=None, failure="").of_unsized_items()

    def of_unsized_items(self):
        """Return the pictures of items to which their sizes are not copied yet."""
        return self.filter(
            models.Exists(Item.objects.unsized().filter(image=models.OuterRef("name")))
        )

    def settled(self):
        """Return the pictures whose sizes were made or failed."""
        return self.exclude(made_at=None, failure="")


class Picture(Claimable):
    """A picture file of items, identified by its name in the storage.

    The table is the queue of catalog.pictures, which makes the sizes and removes files that
    no item shows any more.
    """

    name = models.CharField(max_length=200, unique=True)
    is_uploaded = models.BooleanField("uploaded in the admin")
    recorded_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField("attempts without an outcome", default=0)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sizes = ArrayField(models.PositiveIntegerField(), default=list)
    made_at = models.DateTimeField("sizes made at", null=True)
    failure = models.CharField("reason for the failure", max_length=200, default="")
    unused_since = models.DateTimeField(null=True)

    objects = PictureQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

"""Removing the files of pictures that no item shows any more, a day after the last one did."""

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from catalog.models import Item, Picture
from catalog.pictures.sizes import SUFFIXES
from catalog.pictures.storing import size_name

logger = logging.getLogger(__name__)

# Pages in flight, caches and mails show a picture longer than its item does.
RETENTION = timedelta(days=1)
BATCH_SIZE = 1000


def remove_unused_pictures() -> int:
    """Note which pictures are unused, and remove those that have long been; returns how many.

    Files go before their row, so that what was interrupted is done again.
    """
    shown = Exists(Item.objects.filter(image=OuterRef("name")))
    Picture.objects.filter(shown).exclude(unused_since=None).update(unused_since=None)
    Picture.objects.filter(~shown, unused_since=None).update(unused_since=Now())
    long_unused = Picture.objects.filter(~shown, unused_since__lt=Now() - RETENTION)
    removed = 0
    try:
        for picture in long_unused.order_by("pk")[:BATCH_SIZE]:
            for name in _files_of(picture):
                default_storage.delete(name)
            picture.delete()
            removed += 1
    except OSError as error:
        logger.warning("unused pictures are still stored: %s", error)
    return removed


def _files_of(picture: Picture) -> list[str]:
    """What a feed brought was not stored by us, so only its sizes are ours to remove."""
    sizes = [size_name(picture.name, w, suffix) for w in picture.sizes for suffix in SUFFIXES]
    return [*sizes, picture.name] if picture.is_uploaded else sizes

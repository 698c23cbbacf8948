"""The removal of pictures' files a day after the last item showed them."""

import logging
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from catalog.models import Item, Picture
from catalog.pictures.resizing import SUFFIXES
from catalog.pictures.storage import size_name

logger = logging.getLogger(__name__)

# Pages in flight, caches and mails show a picture longer than its item does.
RETENTION = timedelta(days=1)
BATCH_SIZE = 1000


def remove_unused_pictures() -> int:
    """Mark unused pictures, and remove those unused for RETENTION; return how many.

    Files are deleted before their row, so that an interrupted removal is repeated.
    """
    is_used = Exists(Item.objects.filter(image=OuterRef("name")))
    Picture.objects.filter(is_used).exclude(unused_since=None).update(unused_since=None)
    Picture.objects.filter(~is_used, unused_since=None).update(unused_since=Now())
    expired = Picture.objects.filter(~is_used, unused_since__lt=Now() - RETENTION)
    removed = 0
    try:
        for picture in expired.order_by("pk")[:BATCH_SIZE]:
            for name in _files_of(picture):
                default_storage.delete(name)
            picture.delete()
            removed += 1
    except OSError as error:
        logger.warning("unused pictures are still stored: %s", error)
    return removed


def _files_of(picture: Picture) -> list[str]:
    """Return the names of the files to delete.

    A feed's picture was not stored by the shop, so only its sizes are deleted.
    """
    sizes = [
        size_name(picture.name, width, suffix) for width in picture.sizes for suffix in SUFFIXES
    ]
    return [*sizes, picture.name] if picture.is_uploaded else sizes

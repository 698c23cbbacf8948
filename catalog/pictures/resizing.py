"""The sweep that makes pictures' sizes in the background; any worker may run it, or die in it."""

import logging
from time import monotonic

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from PIL.Image import Image

from catalog.exceptions import InvalidPicture, StorageUnavailable
from catalog.models import Item, Picture
from catalog.pictures.sanitizing import read, resize, save
from catalog.pictures.storage import size_name, store
from shop.core.db.claims import claim_each

logger = logging.getLogger(__name__)

WIDTHS = (320, 640, 1280)
SUFFIXES = ("avif", "webp")
# Shorter than beat's period, so that pictures never keep more than one worker from the orders.
SECONDS_PER_RUN = 8
BATCH_SIZE = 1000
MAX_ATTEMPTS = 3


def make_sizes() -> int:
    """Make the sizes of pictures that items show, for SECONDS_PER_RUN; return how many pictures.

    Each step is idempotent: a file is replaced by one of the same name, and an item gets its
    sizes once all of them are stored. While the storage is away, the pictures only wait.
    """
    count, start = 0, monotonic()
    record_pictures()
    try:
        for picture in claim_each(Picture.objects.without_sizes()):
            count += _make_sizes(picture)
            if monotonic() - start > SECONDS_PER_RUN:
                break
    except StorageUnavailable as error:  # the claim runs out, and the picture is tried again
        logger.warning("no sizes of pictures were made: %s", error)
    update_items()
    return count


def record_pictures() -> None:
    """Insert rows for pictures that items show and that have none, as those of feeds."""
    recorded = Picture.objects.filter(name=OuterRef("image"))
    names = Item.objects.unsized().exclude(Exists(recorded)).values_list("image", flat=True)
    Picture.objects.bulk_create(
        [Picture(name=name, is_uploaded=False) for name in names.distinct()[:BATCH_SIZE]],
        ignore_conflicts=True,
    )


def update_items() -> None:
    """Copy the sizes of finished or failed pictures to the items that show them, one by one."""
    for picture in Picture.objects.settled().of_unsized_items()[:BATCH_SIZE]:
        sizes = picture.sizes if picture.made_at else []
        Item.objects.unsized().filter(image=picture.name).update(
            sized_image=picture.name,
            image_width=picture.width,
            image_height=picture.height,
            image_sizes=sizes,
        )


@transaction.atomic
def retry_sizes(*, picture_id: int) -> None:
    """Queue a failed picture once more, for example when its file is there now."""
    picture = Picture.objects.get(pk=picture_id)
    Picture.objects.filter(pk=picture_id).update(failure="", attempts=0, claimed_until=None)
    Item.objects.filter(sized_image=picture.name, image=picture.name).update(sized_image="")


def _make_sizes(picture: Picture) -> bool:
    """Make one picture's sizes, or record why that failed. Raises StorageUnavailable."""
    row = Picture.objects.filter(pk=picture.pk)
    if picture.attempts >= MAX_ATTEMPTS:
        row.update(failure=f"A worker died {MAX_ATTEMPTS} times while it made the sizes.")
        return False
    row.update(attempts=F("attempts") + 1)
    try:
        _store_sizes(row, picture.name)
    except InvalidPicture as refusal:
        row.update(failure=str(refusal))
        return False
    except StorageUnavailable:
        row.update(attempts=0)
        raise
    row.update(made_at=Now())
    return True


def _store_sizes(row: QuerySet[Picture], name: str) -> None:
    """Make and store every size; the row names them first, so that they can be removed."""
    image = _read_stored(name)
    sizes = sorted({min(width, image.width) for width in WIDTHS})
    row.update(width=image.width, height=image.height, sizes=sizes)
    for width in sizes:
        resized = resize(image, width)
        for suffix in SUFFIXES:
            store(size_name(name, width, suffix), save(resized, suffix.upper()).content)


def _read_stored(name: str) -> Image:
    try:
        with default_storage.open(name) as file:
            return read(file)
    except FileNotFoundError as error:
        raise InvalidPicture("It is not in the storage.") from error
    except OSError as error:
        raise StorageUnavailable(str(error)) from error

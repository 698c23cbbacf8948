"""Making a picture's sizes in the background: a sweep that any worker may run, and die in."""

import logging
from time import monotonic

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from PIL.Image import Image

from catalog.exceptions import PictureUnfit, StorageAway
from catalog.models import Item, Picture
from catalog.pictures.drawing import read, resize, save
from catalog.pictures.storing import size_name, store
from shop.core.db.claims import claim_each

logger = logging.getLogger(__name__)

WIDTHS = (320, 640, 1280)
SUFFIXES = ("avif", "webp")
# Shorter than beat's period, so that pictures never keep more than one worker from the orders.
SECONDS_PER_RUN = 8
BATCH_SIZE = 1000
MAX_ATTEMPTS = 3


def make_sizes() -> int:
    """Make the sizes of pictures that items show, as many as time allows; returns how many.

    Each step can be done again: files have the names they had before, and an item is told
    of a picture when all are stored. While the storage is away, nothing is lost but time.
    """
    made, began = 0, monotonic()
    record_pictures()
    try:
        for picture in claim_each(Picture.objects.waiting()):
            made += _make(picture)
            if monotonic() - began > SECONDS_PER_RUN:
                break
    except StorageAway as error:  # the claim runs out, and the picture is tried again
        logger.warning("no sizes of pictures were made: %s", error)
    update_items()
    return made


def record_pictures() -> None:
    """Note the pictures that items show and nobody has noted, as feeds bring them."""
    noted = Picture.objects.filter(name=OuterRef("image"))
    names = Item.objects.unsized().exclude(Exists(noted)).values_list("image", flat=True)
    Picture.objects.bulk_create(
        [Picture(name=name, is_uploaded=False) for name in names.distinct()[:BATCH_SIZE]],
        ignore_conflicts=True,
    )


def update_items() -> None:
    """Tell items of the pictures that they show and that are done, one after the other."""
    for picture in Picture.objects.settled().awaited()[:BATCH_SIZE]:
        sizes = picture.sizes if picture.made_at else []
        Item.objects.unsized().filter(image=picture.name).update(
            sized_image=picture.name,
            image_width=picture.width,
            image_height=picture.height,
            image_sizes=sizes,
        )


@transaction.atomic
def try_again(*, picture_id: int) -> None:
    """Have a picture that failed made once more, as when its file is there now."""
    picture = Picture.objects.get(pk=picture_id)
    Picture.objects.filter(pk=picture_id).update(failure="", begun=0, claimed_at=None)
    Item.objects.filter(sized_image=picture.name, image=picture.name).update(sized_image="")


def _make(picture: Picture) -> bool:
    """Make one picture's sizes, or note why that cannot be. Raises StorageAway."""
    row = Picture.objects.filter(pk=picture.pk)
    if picture.begun >= MAX_ATTEMPTS:
        row.update(failure=f"{MAX_ATTEMPTS} times, a worker died of it.")
        return False
    row.update(begun=F("begun") + 1)
    try:
        _store_sizes(row, picture.name)
    except PictureUnfit as refusal:
        row.update(failure=str(refusal))
        return False
    except StorageAway:
        row.update(begun=0)
        raise
    row.update(made_at=Now())
    return True


def _store_sizes(row: QuerySet[Picture], name: str) -> None:
    """Make and store every size; which ones is noted first, for whoever is to remove them."""
    image = _read_stored(name)
    sizes = sorted({min(width, image.width) for width in WIDTHS})
    row.update(width=image.width, height=image.height, sizes=sizes)
    for width in sizes:
        smaller = resize(image, width)
        for suffix in SUFFIXES:
            store(size_name(name, width, suffix), save(smaller, suffix.upper()).content)


def _read_stored(name: str) -> Image:
    try:
        with default_storage.open(name) as file:
            return read(file)
    except FileNotFoundError as error:
        raise PictureUnfit("It is not in the storage.") from error
    except OSError as error:
        raise StorageAway(str(error)) from error

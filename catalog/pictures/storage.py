"""Storing of pictures under names that never change their content, so browsers cache them."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.exceptions import StorageUnavailable
from catalog.models import Picture
from catalog.pictures.sanitizing import PictureFile

# A file whose name has this prefix never changes; the names of its sizes have it too.
IMMUTABLE_PREFIX = "items/sha256-"

DAY_SECONDS = 86_400
YEAR_SECONDS = 365 * DAY_SECONDS


def store_picture(file: PictureFile) -> str:
    """Store a picture for an item that is about to show it; return its name.

    The row is written before the file, so that a file that no item comes to show is removed
    as any unused one. A name is never used again, not even for the same picture: else the
    file could be removed just when another item begins to show it. Raises StorageUnavailable.
    """
    digest = hashlib.sha256(file.content).hexdigest()[:32]
    name = f"{IMMUTABLE_PREFIX}{digest}-{secrets.token_hex(4)}.{file.suffix}"
    Picture.objects.create(name=name, is_uploaded=True)
    store(name, file.content)
    return name


def store(name: str, content: bytes) -> None:
    """Store a file; it replaces one of that name. Raises StorageUnavailable."""
    try:
        default_storage.save(name, ContentFile(content))
    except OSError as error:
        raise StorageUnavailable(str(error)) from error


def cache_control(name: str) -> str:
    """Return the Cache-Control header of a stored file: a year for immutable ones, else a day."""
    return (
        f"public, max-age={YEAR_SECONDS}, immutable"
        if name.startswith(IMMUTABLE_PREFIX)
        else f"public, max-age={DAY_SECONDS}"
    )


def size_name(name: str, width: int, suffix: str) -> str:
    """Return the name of a picture's size, or its address if `name` is an address."""
    return f"{name}.{width}.{suffix}"

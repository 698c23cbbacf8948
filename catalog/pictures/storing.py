"""Putting pictures into the storage, whose names are chosen so that they can be kept for good."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.exceptions import StorageAway
from catalog.models import Picture
from catalog.pictures.drawing import Drawing

# What is under a name that begins so never changes. So are the names of its sizes.
FOREVER = "items/sha256-"

DAY = 86_400
YEAR = 365 * DAY


def store_picture(drawing: Drawing) -> str:
    """Store a picture for an item that is about to show it; returns its name.

    The row is there before the file, so that a file which no item shows in the end is
    removed like any other. The name is never given again, not even to the same picture:
    else it could be removed while somebody begins to show it. Raises StorageAway.
    """
    digest = hashlib.sha256(drawing.content).hexdigest()[:32]
    name = f"{FOREVER}{digest}-{secrets.token_hex(4)}.{drawing.suffix}"
    Picture.objects.create(name=name, is_uploaded=True)
    store(name, drawing.content)
    return name


def store(name: str, content: bytes) -> None:
    """Store a file, in the place of one of that name. Raises StorageAway."""
    try:
        default_storage.save(name, ContentFile(content))
    except OSError as error:
        raise StorageAway(str(error)) from error


def cache_control(name: str) -> str:
    """Say how long whoever fetched a stored file may keep it."""
    return (
        f"public, max-age={YEAR}, immutable"
        if name.startswith(FOREVER)
        else f"public, max-age={DAY}"
    )


def size_name(name: str, width: int, suffix: str) -> str:
    """Return what a picture's copy of some width is called; the same is true of addresses."""
    return f"{name}.{width}.{suffix}"

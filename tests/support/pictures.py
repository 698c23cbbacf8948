"""Pictures to upload, and storages that fail."""

from io import BytesIO
from typing import ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from catalog.items import update_item


def drawn(format: str, *, size=(800, 600), mode="RGB", colour=None, **options) -> bytes:
    """Return a file of a picture of one colour."""
    return saved(Image.new(mode, size, colour or 0), format, **options)


def noisy(format: str, *, size=(800, 600), **options) -> bytes:
    """Return a file of a picture that takes many bytes."""
    return saved(Image.effect_noise(size, 80).convert("RGB"), format, **options)


def saved(image: Image.Image, format: str, **options) -> bytes:
    """Return an image as a file."""
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the image of a file."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


class WorkerKilled(BaseException):
    """The worker is killed: no handler of exceptions catches it, as it is with a signal."""


class DeadlyStorage(FileSystemStorage):
    """A folder that kills its worker after `saves_left` saves, with a part of the file written."""

    saves_left: ClassVar[int] = 0

    def _save(self, name, content):
        type(self).saves_left -= 1
        if self.saves_left < 0:
            super()._save(name, ContentFile(content.read(10)))
            raise WorkerKilled
        return super()._save(name, content)


class AloneStorage(FileSystemStorage):
    """A folder that refuses to store files while a transaction is open, as if over a network."""

    def _save(self, name, content):
        assert not connection.in_atomic_block
        return super()._save(name, content)


def choose(desk, item, content: bytes, filename="lamp.jpg", **changes):
    """Send the item's form with a picture chosen in it; return the response."""
    fields = {"name": item.name, "description": "", "price": "5.00", "brand": "", "category": ""}
    fields |= {"is_active": "on", "image": SimpleUploadedFile(filename, content), **changes}
    return desk.post(f"/admin/catalog/item/{item.pk}/change/", fields)


def show(item, name: str, content: bytes) -> None:
    """Store a file and let an item show it, as after the import of a feed."""
    default_storage.save(name, ContentFile(content))
    update_item(item_id=item.pk, image=name)


def files_in(folder) -> set[str]:
    """Return the paths of the files in a folder and in those below it, relative to it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

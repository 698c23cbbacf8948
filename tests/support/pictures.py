"""Pictures to send, and storages that fail."""

from io import BytesIO
from typing import ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from catalog.items import update_item


def drawn(format: str, *, size=(800, 600), mode="RGB", colour=None, **options) -> bytes:
    """A picture of one colour as a file."""
    return saved(Image.new(mode, size, colour or 0), format, **options)


def noisy(format: str, *, size=(800, 600), **options) -> bytes:
    """A picture that takes many bytes."""
    return saved(Image.effect_noise(size, 80).convert("RGB"), format, **options)


def saved(image: Image.Image, format: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


class WorkerKilled(BaseException):
    """What a signal would do, as seen from within."""


class DeadlyStorage(FileSystemStorage):
    """A folder whose user is killed by the nth save, with half of the file written."""

    saves_left: ClassVar[int] = 0

    def _save(self, name, content):
        type(self).saves_left -= 1
        if self.saves_left < 0:
            super()._save(name, ContentFile(content.read(10)))
            raise WorkerKilled
        return super()._save(name, content)


class AloneStorage(FileSystemStorage):
    """A folder as far away as a network: nothing is stored while a transaction is open."""

    def _save(self, name, content):
        assert not connection.in_atomic_block
        return super()._save(name, content)


def choose(desk, item, content: bytes, filename="lamp.jpg", **changes):
    """Send the item's form with a picture chosen in it."""
    said = {"name": item.name, "description": "", "price": "5.00", "brand": "", "category": ""}
    said |= {"is_active": "on", "image": SimpleUploadedFile(filename, content), **changes}
    return desk.post(f"/admin/catalog/item/{item.pk}/change/", said)


def show(item, name: str, content: bytes) -> None:
    """Have an item show a file that is in the storage already, as a feed does."""
    default_storage.save(name, ContentFile(content))
    update_item(item_id=item.pk, image=name)


def files_in(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

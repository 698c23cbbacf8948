"""What a page needs to show the picture of an item, without asking the storage."""

from dataclasses import dataclass

from catalog.models import Item
from catalog.pictures.storing import size_name


@dataclass(frozen=True)
class Shown:
    """The address of a picture, its size in pixels if known, and its other sizes, if made."""

    address: str
    width: int | None = None
    height: int | None = None
    sizes: tuple[int, ...] = ()

    @property
    def avif(self) -> str:
        return self._srcset("avif")

    @property
    def webp(self) -> str:
        return self._srcset("webp")

    def _srcset(self, suffix: str) -> str:
        return ", ".join(f"{size_name(self.address, w, suffix)} {w}w" for w in self.sizes)


def picture_of(item: Item) -> Shown | None:
    """Return how to show an item's picture; the sizes of one that it showed before do not count."""
    if not item.image:
        return None
    address = item.image.url
    if item.sized_image != item.image.name:
        return Shown(address)
    return Shown(address, item.image_width, item.image_height, tuple(item.image_sizes or ()))

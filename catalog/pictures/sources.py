"""The addresses and sizes of an item's picture, as a page needs them, without the storage."""

from dataclasses import dataclass

from catalog.models import Item
from catalog.pictures.storage import size_name


@dataclass(frozen=True)
class PictureSources:
    """The address of a picture, its size in pixels if known, and its other sizes, if made."""

    address: str
    width: int | None = None
    height: int | None = None
    sizes: tuple[int, ...] = ()

    @property
    def avif(self) -> str:
        """Return the `srcset` of the sizes as AVIF."""
        return self._srcset("avif")

    @property
    def webp(self) -> str:
        """Return the `srcset` of the sizes as WebP."""
        return self._srcset("webp")

    def _srcset(self, suffix: str) -> str:
        return ", ".join(
            f"{size_name(self.address, width, suffix)} {width}w" for width in self.sizes
        )


def picture_sources(item: Item) -> PictureSources | None:
    """Return the sources of an item's picture, None without one.

    The sizes of a picture that the item showed before are left out.
    """
    if not item.image:
        return None
    address = item.image.url
    if item.sized_image != item.image.name:
        return PictureSources(address)
    return PictureSources(
        address, item.image_width, item.image_height, tuple(item.image_sizes or ())
    )

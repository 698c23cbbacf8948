"""Decoding of uploaded pictures, and encoding of their pixels as new files."""

import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.files.base import File
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from catalog.exceptions import InvalidPicture

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE_LENGTH = 2000
UNKNOWN_FORMAT = "This is not a JPEG, PNG, WebP, AVIF or GIF picture, or it was cut short."
# The exceptions of Pillow's decoders for a broken file.
DECODING_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError),
    *(RuntimeError, struct.error, zlib.error),
)
SAVE_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "subsampling": 0, "progressive": True, "optimize": True},
    "WEBP": {"quality": 80},
    "AVIF": {"quality": 60, "speed": 8},
}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # beyond which Pillow warns, which is an error here


@dataclass(frozen=True)
class PictureFile:
    """A picture as a file."""

    content: bytes
    suffix: str


def reencode(file: IO[bytes] | File) -> PictureFile:
    """Return the picture as a new file, with its pixels and without any metadata.

    Photographs become JPEG; pictures with transparency become WebP. Raises InvalidPicture.
    """
    image = read(file)
    return save(image, "WEBP" if image.mode == "RGBA" else "JPEG")


def read(file: IO[bytes] | File) -> Image.Image:
    """Return the first frame, upright, as RGB or RGBA in sRGB, and no larger than needed.

    Raises InvalidPicture.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidPicture(f"The file is larger than {MAX_BYTES // 1024**2} MB.")
    try:
        return _decode(content)
    except UnidentifiedImageError as error:
        raise InvalidPicture(UNKNOWN_FORMAT) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        millions = MAX_PIXELS // 10**6
        raise InvalidPicture(f"The picture has more than {millions} million pixels.") from error
    except DECODING_ERRORS as error:
        raise InvalidPicture("The file is damaged or was cut short.") from error


def resize(image: Image.Image, width: int) -> Image.Image:
    """Return the picture at another width, in its own proportions."""
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def save(image: Image.Image, format: str) -> PictureFile:
    """Return the pixels as a file without metadata."""
    pixels = Image.frombytes(image.mode, image.size, image.tobytes())
    file = BytesIO()
    pixels.save(file, format, **SAVE_OPTIONS[format])
    return PictureFile(file.getvalue(), "jpg" if format == "JPEG" else format.lower())


def _decode(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata is dropped anyway
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            image.draft(None, (MAX_SIDE_LENGTH, MAX_SIDE_LENGTH))  # a large JPEG is decoded smaller
            image.load()
            profile = image.info.get("icc_profile")
            upright = _in_srgb(ImageOps.exif_transpose(image), profile)
    upright.thumbnail((MAX_SIDE_LENGTH, MAX_SIDE_LENGTH))
    return upright


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB or RGBA. A profile that cannot be read is ignored."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256, "L")
    has_alpha = image.has_transparency_data
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB") or image
    return image.convert("RGBA" if has_alpha else "RGB")

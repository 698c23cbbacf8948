"""Uploaded pictures are decoded, reencoded or refused."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from catalog.exceptions import InvalidPicture
from catalog.pictures.sanitizing import MAX_BYTES, read, reencode
from tests.support.pictures import drawn, noisy, opened

GPS, ORIENTATION = 0x8825, 0x0112
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
GREY = (120, 120, 120)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_formats_are_detected_from_the_content(format):
    image = opened(reencode(BytesIO(drawn(format))).content)

    assert (image.format, image.size) == ("JPEG", (800, 600))


def test_the_metadata_of_a_photograph_is_removed():
    exif = Image.Exif()
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    exif[0x010E] = "our warehouse"
    photograph = drawn("JPEG", exif=exif, comment=b"secret")

    reencoded = reencode(BytesIO(photograph)).content

    assert not opened(reencoded).getexif()
    for words in (b"Exif", b"our warehouse", b"secret"):
        assert words in photograph
        assert words not in reencoded


def test_a_picture_is_turned_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    assert opened(reencode(BytesIO(drawn("JPEG", exif=exif))).content).size == (600, 800)


def test_a_large_picture_is_made_smaller():
    assert opened(reencode(BytesIO(drawn("PNG", size=(5000, 100)))).content).size == (2000, 40)


def test_transparency_is_kept():
    reencoded = opened(reencode(BytesIO(drawn("PNG", mode="RGBA", colour=(9, 9, 9, 0)))).content)

    assert (reencoded.format, reencoded.mode) == ("WEBP", "RGBA")
    assert reencoded.getpixel((5, 5))[3] == 0


def test_a_picture_for_printing_gets_the_colours_of_a_screen():
    reencoded = opened(
        reencode(BytesIO(drawn("JPEG", mode="CMYK", colour=(0, 255, 255, 0)))).content
    )

    assert reencoded.mode == "RGB"
    assert reencoded.getpixel((5, 5)) == pytest.approx((254, 0, 0), abs=3)


def test_colours_are_converted_to_those_of_every_screen():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for icc_profile in (same, profile, b"no profile"):  # one that does not fit is ignored
        reencoded = opened(
            reencode(BytesIO(drawn("PNG", colour=GREY, icc_profile=icc_profile))).content
        )

        assert "icc_profile" not in reencoded.info
        assert reencoded.getpixel((5, 5)) == pytest.approx(GREY, abs=3)


def test_shades_of_grey_beyond_a_byte_are_kept_apart():
    image = read(BytesIO(drawn("PNG", mode="I;16", colour=120 * 256)))

    assert image.getpixel((5, 5)) == GREY


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    file.seek(0)

    assert read(file).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"I am a text", "not a JPEG"),
        (b"", "not a JPEG"),
        (DRAWING, "not a JPEG"),
        (drawn("BMP"), "not a JPEG"),
        (noisy("JPEG")[:-5000], "cut short"),
        (noisy("PNG")[:-5000], "cut short"),
        (noisy("WEBP")[:-5000], "cut short"),
        (noisy("AVIF")[:-5000], "cut short"),
        (noisy("GIF")[:-5000], "cut short"),
        (drawn("PNG", mode="1", size=(8000, 6000)), "40 million pixels"),
        (drawn("PNG", mode="1", size=(30_000, 30_000)), "40 million pixels"),
        (noisy("PNG", size=(20, 20)) + b" " * MAX_BYTES, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unfit_files_are_refused(content, reason):
    with pytest.raises(InvalidPicture, match=reason):
        reencode(BytesIO(content))

"""Pictures from the form in the admin to the page, and what becomes of them in between."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test.html import parse_html
from PIL import Image, ImageCms
from pytest_django.asserts import assertContains, assertNotContains

from catalog.exceptions import PictureUnfit
from catalog.items import update_item
from catalog.models import Item, Picture
from catalog.pictures.drawing import MOST_BYTES, read, redraw
from catalog.pictures.sizes import MOST_DEATHS, make_sizes
from catalog.pictures.unused import remove_unused_pictures
from tests.factories import ItemFactory, given_stock
from tests.pictures import DeadlyStorage, WorkerKilled, drawn, noisy, opened

GPS, ORIENTATION = 0x8825, 0x0112
DEADLY = {"BACKEND": "tests.pictures.DeadlyStorage"}
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
GREY = (120, 120, 120)


@pytest.fixture(autouse=True)
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def choose(desk, item, content: bytes, filename="lamp.jpg", **changes):
    """Send the item's form with a picture chosen in it."""
    said = {"name": item.name, "description": "", "price": "5.00", "brand": "", "category": ""}
    said |= {"is_active": "on", "image": SimpleUploadedFile(filename, content), **changes}
    return desk.post(f"/admin/catalog/item/{item.pk}/change/", said)


def errors_of(response) -> dict:
    return response.context["adminform"].form.errors


def show(item, name: str, content: bytes) -> None:
    """Have an item show a file that is in the storage already, as a feed does."""
    default_storage.save(name, ContentFile(content))
    update_item(item_id=item.pk, image=name)


def files_in(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def a_day_later() -> None:
    Picture.objects.exclude(unused_since=None).update(unused_since=Now() - timedelta(days=2))


def after_the_claim() -> None:
    Picture.objects.update(claimed_at=Now() - timedelta(minutes=6))


# What may be uploaded, and what is kept of it


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_pictures_are_known_by_what_is_in_them(format):
    image = opened(redraw(BytesIO(drawn(format))).content)

    assert (image.format, image.size) == ("JPEG", (800, 600))


def test_where_a_photograph_was_taken_is_forgotten():
    exif = Image.Exif()
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    exif[0x010E] = "our warehouse"
    photograph = drawn("JPEG", exif=exif, comment=b"secret")

    kept = redraw(BytesIO(photograph)).content

    assert not opened(kept).getexif()
    for words in (b"Exif", b"our warehouse", b"secret"):
        assert words in photograph
        assert words not in kept


def test_a_picture_is_turned_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    assert opened(redraw(BytesIO(drawn("JPEG", exif=exif))).content).size == (600, 800)


def test_a_large_picture_is_made_smaller():
    assert opened(redraw(BytesIO(drawn("PNG", size=(5000, 100)))).content).size == (2000, 40)


def test_what_is_transparent_stays_so():
    kept = opened(redraw(BytesIO(drawn("PNG", mode="RGBA", colour=(9, 9, 9, 0)))).content)

    assert (kept.format, kept.mode) == ("WEBP", "RGBA")
    assert kept.getpixel((5, 5))[3] == 0


def test_a_picture_for_printing_gets_the_colours_of_a_screen():
    kept = opened(redraw(BytesIO(drawn("JPEG", mode="CMYK", colour=(0, 255, 255, 0)))).content)

    assert kept.mode == "RGB"
    assert kept.getpixel((5, 5)) == pytest.approx((254, 0, 0), abs=3)


def test_colours_are_converted_to_those_of_every_screen():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for given in (same, profile, b"no profile"):  # one that does not fit is left aside
        kept = opened(redraw(BytesIO(drawn("PNG", colour=GREY, icc_profile=given))).content)

        assert "icc_profile" not in kept.info
        assert kept.getpixel((5, 5)) == pytest.approx(GREY, abs=3)


def test_shades_of_grey_beyond_a_byte_are_kept_apart():
    kept = read(BytesIO(drawn("PNG", mode="I;16", colour=120 * 256)))

    assert kept.getpixel((5, 5)) == GREY


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    file.seek(0)

    assert read(file).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("content", "why"),
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
        (noisy("PNG", size=(20, 20)) + b" " * MOST_BYTES, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_that_we_could_show_is_refused(content, why):
    with pytest.raises(PictureUnfit, match=why):
        redraw(BytesIO(content))


# The form


def test_a_chosen_picture_is_stored_under_a_name_of_its_own(desk, lamp, stored):
    answers = [choose(desk, lamp, drawn("PNG"), "C:\\my lamp.png") for _ in range(2)]

    names = set(Picture.objects.values_list("name", flat=True))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert files_in(stored) == names
    assert len({name.rpartition("-")[0] for name in names}) == 1  # the hash of the same picture
    assert Item.objects.get().image.name in names
    assert all(name.startswith("items/sha256-") and name.endswith(".jpg") for name in names)


@pytest.mark.parametrize("filename", ["lamp.png", "lamp.svg"])
def test_what_is_no_picture_is_refused_beside_the_field(desk, lamp, stored, filename):
    answer = choose(desk, lamp, DRAWING, filename, name="Tin lamp")

    assert list(errors_of(answer)) == ["image"]
    assertContains(answer, "This is not a JPEG, PNG, WebP, AVIF or GIF picture")
    assertContains(answer, 'value="Tin lamp"')
    assert (files_in(stored), Item.objects.get().name) == (set(), lamp.name)


def test_nothing_is_stored_for_a_form_that_makes_no_sense(desk, lamp, stored):
    answer = choose(desk, lamp, drawn("PNG"), price="five")

    assert list(errors_of(answer)) == ["price"]
    assert (files_in(stored), Picture.objects.count()) == (set(), 0)


def test_a_picture_is_sent_off_outside_of_any_transaction(desk, lamp, settings, transactional_db):
    alone = {"BACKEND": "tests.pictures.AloneStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": alone}

    assert choose(desk, lamp, drawn("PNG")).status_code == 302


def test_an_item_keeps_its_picture_when_none_is_chosen_and_loses_it_when_told(desk, lamp):
    choose(desk, lamp, drawn("PNG"))
    first = Item.objects.get().image.name

    choose(desk, lamp, b"", image="")
    kept = Item.objects.get().image.name
    choose(desk, lamp, b"", **{"image": "", "image-clear": "on"})

    assert (kept, Item.objects.get().image.name) == (first, "")


# Its sizes


def test_sizes_are_made_of_what_items_show(desk, lamp, stored):
    choose(desk, lamp, noisy("JPEG", size=(2400, 1200)))

    assert (make_sizes(), make_sizes()) == (1, 0)

    item = Item.objects.get()
    assert item.sized_image == item.image.name
    assert (item.image_width, item.image_height) == (2000, 1000)
    assert item.image_sizes == [320, 640, 1280]
    for width in item.image_sizes:
        for suffix in ("avif", "webp"):
            made = opened((stored / f"{item.image.name}.{width}.{suffix}").read_bytes())
            assert (made.format, made.size) == (suffix.upper(), (width, width // 2))
    assert len(files_in(stored)) == 7


@pytest.mark.parametrize(("width", "sizes"), [(200, [200]), (500, [320, 500]), (640, [320, 640])])
def test_no_size_is_larger_than_the_picture(lamp, width, sizes):
    show(lamp, "pictures/lamp.png", drawn("PNG", size=(width, 100)))

    make_sizes()

    assert Item.objects.get().image_sizes == sizes


def test_a_picture_as_tall_as_a_tower_is_made_too(lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG", size=(100, 20_000)))

    assert make_sizes() == 1


def test_a_picture_that_two_items_show_is_made_once(lamp, rug):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    made = make_sizes()
    update_item(item_id=rug.pk, image="pictures/lamp.png")

    assert (made, make_sizes()) == (1, 0)
    assert set(Item.objects.values_list("sized_image", flat=True)) == {"pictures/lamp.png"}


def test_a_drawing_needs_no_sizes(lamp):
    show(lamp, "pictures/lamp.svg", DRAWING)

    assert make_sizes() == 0

    assert not Picture.objects.exists()


@pytest.mark.parametrize("saves", range(6))
def test_what_a_killed_worker_left_is_done_again(lamp, settings, stored, saves):
    show(lamp, "lamp.png", noisy("PNG", size=(2000, 100)))
    whole = settings.STORAGES
    settings.STORAGES = {**whole, "default": DEADLY}
    DeadlyStorage.saves_left = saves
    with pytest.raises(WorkerKilled):
        make_sizes()
    settings.STORAGES = whole
    told_early = Item.objects.get().sized_image

    claimed_still = make_sizes()
    after_the_claim()
    made = make_sizes()

    assert (told_early, claimed_still, made) == ("", 0, 1)
    assert Item.objects.get().image_sizes == [320, 640, 1280]
    assert len(files_in(stored)) == 7
    assert all(opened((stored / name).read_bytes()) for name in files_in(stored))


def test_a_picture_that_kills_its_workers_is_given_up(lamp, settings):
    show(lamp, "lamp.png", drawn("PNG"))
    settings.STORAGES = {**settings.STORAGES, "default": DEADLY}
    DeadlyStorage.saves_left = 0
    for _ in range(MOST_DEATHS):
        with pytest.raises(WorkerKilled):
            make_sizes()
        after_the_claim()

    assert make_sizes() == 0

    assert Picture.objects.get().failure == "3 times, a worker died of it."
    assert Item.objects.get().image_sizes == []


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"I am a text", "This is not a JPEG"), (noisy("PNG")[:-5000], "cut short"), (None, "not in")],
)
def test_what_cannot_be_made_is_noted_and_left(client, lamp, content, why):
    show(lamp, "pictures/lamp.png", content or b"")
    if content is None:
        default_storage.delete("pictures/lamp.png")

    assert (make_sizes(), make_sizes()) == (0, 0)

    assert why in Picture.objects.get().failure
    assertContains(client.get(lamp.get_absolute_url()), 'src="/media/pictures/lamp.png"')
    assertNotContains(client.get(lamp.get_absolute_url()), "<source")


def test_staff_see_what_failed_and_have_it_tried_again(desk, lamp):
    show(lamp, "pictures/lamp.png", b"I am a text")
    make_sizes()
    default_storage.save("pictures/lamp.png", ContentFile(drawn("PNG")))
    url = "/admin/catalog/picture/"

    assertContains(desk.get(f"{url}?state=failed"), "This is not a JPEG")
    desk.post(url, {"action": "make_again", "_selected_action": [Picture.objects.get().pk]})

    assert make_sizes() == 1
    assert Item.objects.get().image_sizes == [320, 640, 800]
    assertNotContains(desk.get(f"{url}?state=failed"), "This is not a JPEG")


# What nobody shows any more


def test_a_replaced_picture_stays_for_a_day(desk, lamp, stored):
    choose(desk, lamp, drawn("PNG", colour="red"))
    make_sizes()
    before = files_in(stored)
    choose(desk, lamp, drawn("PNG", colour="blue"))

    removed = remove_unused_pictures()
    kept = files_in(stored)
    a_day_later()

    assert (removed, remove_unused_pictures()) == (0, 1)
    assert before < kept
    assert files_in(stored) == {Item.objects.get().image.name} == kept - before
    assert Picture.objects.get().name == Item.objects.get().image.name


def test_a_picture_that_is_shown_again_is_kept(desk, lamp, rug, stored):
    choose(desk, lamp, drawn("PNG"))
    name = Item.objects.get(pk=lamp.pk).image.name
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    a_day_later()
    update_item(item_id=rug.pk, image=name)

    assert remove_unused_pictures() == 0

    assert files_in(stored) == {name}
    assert Picture.objects.get().unused_since is None


def test_what_a_feed_brought_is_not_ours_to_remove(lamp, stored):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    make_sizes()
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    a_day_later()

    assert remove_unused_pictures() == 1

    assert files_in(stored) == {"pictures/lamp.png"}


def test_what_a_killed_worker_left_of_an_unused_picture_is_removed(desk, lamp, settings, stored):
    choose(desk, lamp, drawn("PNG"))
    whole = settings.STORAGES
    settings.STORAGES = {**whole, "default": DEADLY}
    DeadlyStorage.saves_left = 2
    with pytest.raises(WorkerKilled):
        make_sizes()
    settings.STORAGES = whole
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    a_day_later()

    remove_unused_pictures()

    assert files_in(stored) == set()


# The page


def pictures_of(page) -> list:
    return [node for node in _nodes(parse_html(page.content.decode())) if node.name == "picture"]


def _nodes(node):
    if not isinstance(node, str):
        yield node
        for child in node.children:
            yield from _nodes(child)


def parts_of(picture) -> list[dict]:
    return [dict(node.attributes) for node in _nodes(picture) if node.name in {"source", "img"}]


def test_an_item_page_offers_every_size(client, lamp):
    show(lamp, "pictures/lamp, brass.png", drawn("PNG"))
    make_sizes()

    [picture] = pictures_of(client.get(lamp.get_absolute_url()))

    avif, webp, fallback = parts_of(picture)
    address = "/media/pictures/lamp%2C%20brass.png"
    sizes = ", ".join(f"{address}.{width}.avif {width}w" for width in (320, 640, 800))
    assert (avif["type"], avif["srcset"]) == ("image/avif", sizes)
    assert (webp["type"], webp["srcset"]) == ("image/webp", sizes.replace("avif", "webp"))
    assert avif["sizes"] == "(max-width: 48rem) 100vw, 40rem"
    assert (fallback["src"], fallback["alt"]) == (address, lamp.name)
    assert (fallback["width"], fallback["height"]) == ("800", "600")
    assert (fallback["fetchpriority"], fallback["decoding"]) == ("high", "async")
    assert "loading" not in fallback
    assert fallback["data-placeholder"] == "/static/placeholder.svg"


def test_a_picture_without_sizes_is_plain_and_lazy_on_a_card(client, lamp, rug):
    show(lamp, "pictures/lamp.png", drawn("PNG"))

    pictures = pictures_of(client.get("/search/"))

    shown = {part["src"]: part for picture in pictures for part in parts_of(picture)}
    assert list(map(len, map(parts_of, pictures))) == [1, 1]
    assert set(shown) == {"/media/pictures/lamp.png", "/static/placeholder.svg"}
    for part in shown.values():
        assert (part["width"], part["height"], part["loading"]) == ("320", "320", "lazy")


def test_the_sizes_of_another_picture_are_never_offered(client, lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    make_sizes()
    show(lamp, "pictures/other.png", drawn("PNG"))

    assertNotContains(client.get(lamp.get_absolute_url()), "<source")


def test_the_api_gives_the_address_of_the_picture(client, lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG"))

    said = client.get(f"/api/v1/items/{lamp.pk}/").json()

    assert said["image"] == "http://testserver/media/pictures/lamp.png"


def test_pictures_cost_a_page_no_query(client, db, django_assert_max_num_queries):
    items = ItemFactory.create_batch(24)
    given_stock(dict.fromkeys(items, 3))
    for item in items:
        show(item, f"pictures/{item.sku}.png", drawn("PNG", size=(40, 40)))
    make_sizes()

    with django_assert_max_num_queries(4):
        page = client.get("/search/")

    assert page.content.decode().count("<source") == 48


def test_a_picture_with_its_hash_in_its_name_may_be_kept_for_good(desk, lamp, client):
    choose(desk, lamp, drawn("PNG"))

    answers = [client.get(Item.objects.get().image.url), client.get("/media/nowhere.png")]

    assert answers[0]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answers[1].status_code == 404
    for answer in answers:
        answer.close()

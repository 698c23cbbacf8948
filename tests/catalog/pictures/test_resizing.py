"""Sizes are made in the background, and unused pictures are removed."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from pytest_django.asserts import assertContains, assertNotContains

from catalog.items import update_item
from catalog.models import Item, Picture
from catalog.pictures.cleanup import remove_unused_pictures
from catalog.pictures.resizing import MAX_ATTEMPTS, make_sizes
from tests.support.pictures import (
    DeadlyStorage,
    WorkerKilled,
    choose,
    drawn,
    files_in,
    noisy,
    opened,
    show,
)

DEADLY = {"BACKEND": "tests.support.pictures.DeadlyStorage"}
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def expire_retention() -> None:
    """Let the time after which unused pictures are removed have passed."""
    Picture.objects.exclude(unused_since=None).update(unused_since=Now() - timedelta(days=2))


def expire_claims() -> None:
    """Let the time of the workers' claims have passed."""
    Picture.objects.update(claimed_until=Now() - timedelta(minutes=1))


def test_sizes_are_made_of_the_pictures_that_items_show(desk, lamp, stored):
    choose(desk, lamp, noisy("JPEG", size=(2400, 1200)))

    assert (make_sizes(), make_sizes()) == (1, 0)

    item = Item.objects.get()
    assert item.sized_image == item.image.name
    assert (item.image_width, item.image_height) == (2000, 1000)
    assert item.image_sizes == [320, 640, 1280]
    for width in item.image_sizes:
        for suffix in ("avif", "webp"):
            image = opened((stored / f"{item.image.name}.{width}.{suffix}").read_bytes())
            assert (image.format, image.size) == (suffix.upper(), (width, width // 2))
    assert len(files_in(stored)) == 7


@pytest.mark.parametrize(("width", "sizes"), [(200, [200]), (500, [320, 500]), (640, [320, 640])])
def test_no_size_is_larger_than_the_picture(lamp, width, sizes):
    show(lamp, "pictures/lamp.png", drawn("PNG", size=(width, 100)))

    make_sizes()

    assert Item.objects.get().image_sizes == sizes


def test_sizes_of_a_very_tall_picture_are_made(lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG", size=(100, 20_000)))

    assert make_sizes() == 1


def test_sizes_of_a_picture_that_two_items_show_are_made_once(lamp, rug):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    count = make_sizes()
    update_item(item_id=rug.pk, image="pictures/lamp.png")

    assert (count, make_sizes()) == (1, 0)
    assert set(Item.objects.values_list("sized_image", flat=True)) == {"pictures/lamp.png"}


def test_an_svg_needs_no_sizes(lamp):
    show(lamp, "pictures/lamp.svg", DRAWING)

    assert make_sizes() == 0

    assert not Picture.objects.exists()


@pytest.mark.parametrize("saves", range(6))
def test_the_work_of_a_killed_worker_is_repeated(lamp, settings, stored, saves):
    show(lamp, "lamp.png", noisy("PNG", size=(2000, 100)))
    storages = settings.STORAGES
    settings.STORAGES = {**storages, "default": DEADLY}
    DeadlyStorage.saves_left = saves
    with pytest.raises(WorkerKilled):
        make_sizes()
    settings.STORAGES = storages
    sized_early = Item.objects.get().sized_image

    made_while_claimed = make_sizes()
    expire_claims()
    count = make_sizes()

    assert (sized_early, made_while_claimed, count) == ("", 0, 1)
    assert Item.objects.get().image_sizes == [320, 640, 1280]
    assert len(files_in(stored)) == 7
    assert all(opened((stored / name).read_bytes()) for name in files_in(stored))


def test_a_picture_that_kills_its_workers_fails_for_good(lamp, settings):
    show(lamp, "lamp.png", drawn("PNG"))
    settings.STORAGES = {**settings.STORAGES, "default": DEADLY}
    DeadlyStorage.saves_left = 0
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(WorkerKilled):
            make_sizes()
        expire_claims()

    assert make_sizes() == 0

    assert Picture.objects.get().failure == "A worker died 3 times while it made the sizes."
    assert Item.objects.get().image_sizes == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"I am a text", "This is not a JPEG"), (noisy("PNG")[:-5000], "cut short"), (None, "not in")],
)
def test_a_failure_is_recorded_and_not_repeated(client, lamp, content, reason):
    show(lamp, "pictures/lamp.png", content or b"")
    if content is None:
        default_storage.delete("pictures/lamp.png")

    assert (make_sizes(), make_sizes()) == (0, 0)

    assert reason in Picture.objects.get().failure
    assertContains(client.get(lamp.get_absolute_url()), 'src="/media/pictures/lamp.png"')
    assertNotContains(client.get(lamp.get_absolute_url()), "<source")


def test_staff_see_a_failed_picture_and_retry_it(desk, lamp):
    show(lamp, "pictures/lamp.png", b"I am a text")
    make_sizes()
    default_storage.save("pictures/lamp.png", ContentFile(drawn("PNG")))
    url = "/admin/catalog/picture/"

    assertContains(desk.get(f"{url}?state=failed"), "This is not a JPEG")
    desk.post(url, {"action": "make_again", "_selected_action": [Picture.objects.get().pk]})

    assert make_sizes() == 1
    assert Item.objects.get().image_sizes == [320, 640, 800]
    assertNotContains(desk.get(f"{url}?state=failed"), "This is not a JPEG")


# Unused pictures


def test_a_replaced_picture_stays_for_a_day(desk, lamp, stored):
    choose(desk, lamp, drawn("PNG", colour="red"))
    make_sizes()
    before = files_in(stored)
    choose(desk, lamp, drawn("PNG", colour="blue"))

    removed = remove_unused_pictures()
    after = files_in(stored)
    expire_retention()

    assert (removed, remove_unused_pictures()) == (0, 1)
    assert before < after
    assert files_in(stored) == {Item.objects.get().image.name} == after - before
    assert Picture.objects.get().name == Item.objects.get().image.name


def test_a_picture_that_is_shown_again_is_kept(desk, lamp, rug, stored):
    choose(desk, lamp, drawn("PNG"))
    name = Item.objects.get(pk=lamp.pk).image.name
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    expire_retention()
    update_item(item_id=rug.pk, image=name)

    assert remove_unused_pictures() == 0

    assert files_in(stored) == {name}
    assert Picture.objects.get().unused_since is None


def test_the_file_of_a_feed_is_not_removed(lamp, stored):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    make_sizes()
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    expire_retention()

    assert remove_unused_pictures() == 1

    assert files_in(stored) == {"pictures/lamp.png"}


def test_the_files_of_a_killed_worker_are_removed_with_their_unused_picture(
    desk, lamp, settings, stored
):
    choose(desk, lamp, drawn("PNG"))
    storages = settings.STORAGES
    settings.STORAGES = {**storages, "default": DEADLY}
    DeadlyStorage.saves_left = 2
    with pytest.raises(WorkerKilled):
        make_sizes()
    settings.STORAGES = storages
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    expire_retention()

    remove_unused_pictures()

    assert files_in(stored) == set()

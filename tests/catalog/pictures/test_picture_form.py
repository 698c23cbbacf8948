"""The upload of a picture in the admin."""

import pytest
from pytest_django.asserts import assertContains

from catalog.models import Item, Picture
from tests.support.pictures import choose, drawn, files_in

DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def errors_of(response) -> dict:
    return response.context["adminform"].form.errors


def test_a_chosen_picture_is_stored_under_a_name_of_its_own(desk, lamp, stored):
    responses = [choose(desk, lamp, drawn("PNG"), "C:\\my lamp.png") for _ in range(2)]

    names = set(Picture.objects.values_list("name", flat=True))
    assert [response.status_code for response in responses] == [302, 302]
    assert files_in(stored) == names
    assert len({name.rpartition("-")[0] for name in names}) == 1  # the hash of the same picture
    assert Item.objects.get().image.name in names
    assert all(name.startswith("items/sha256-") and name.endswith(".jpg") for name in names)


@pytest.mark.parametrize("filename", ["lamp.png", "lamp.svg"])
def test_a_file_that_is_no_picture_is_an_error_of_the_field(desk, lamp, stored, filename):
    response = choose(desk, lamp, DRAWING, filename, name="Tin lamp")

    assert list(errors_of(response)) == ["image"]
    assertContains(response, "This is not a JPEG, PNG, WebP, AVIF or GIF picture")
    assertContains(response, 'value="Tin lamp"')
    assert (files_in(stored), Item.objects.get().name) == (set(), lamp.name)


def test_nothing_is_stored_for_an_invalid_form(desk, lamp, stored):
    response = choose(desk, lamp, drawn("PNG"), price="five")

    assert list(errors_of(response)) == ["price"]
    assert (files_in(stored), Picture.objects.count()) == (set(), 0)


def test_a_picture_is_stored_outside_of_any_transaction(desk, lamp, settings, transactional_db):
    alone = {"BACKEND": "tests.support.pictures.AloneStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": alone}

    assert choose(desk, lamp, drawn("PNG")).status_code == 302


def test_an_item_keeps_its_picture_unless_another_is_chosen_or_it_is_cleared(desk, lamp):
    choose(desk, lamp, drawn("PNG"))
    first = Item.objects.get().image.name

    choose(desk, lamp, b"", image="")
    second = Item.objects.get().image.name
    choose(desk, lamp, b"", **{"image": "", "image-clear": "on"})

    assert (second, Item.objects.get().image.name) == (first, "")

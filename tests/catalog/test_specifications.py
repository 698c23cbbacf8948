"""Specifications, as staff write them."""

import pytest
from pytest_django.asserts import assertContains

from catalog.models import Item
from catalog.specifications import (
    SpecificationUnclear,
    lines_of_pairs,
    pairs_of_lines,
)


def test_lines_are_read_and_written_alike():
    text = "Color: Celadon\nRatio: 16:9"

    pairs = pairs_of_lines(f"\n{text}\n\n")

    assert pairs == [["Color", "Celadon"], ["Ratio", "16:9"]]
    assert lines_of_pairs(pairs) == text


@pytest.mark.parametrize("text", ["no colon", ": no label", "no value:", "a" * 61 + ": b"])
def test_unclear_lines_are_refused(text):
    with pytest.raises(SpecificationUnclear):
        pairs_of_lines(text)


@pytest.mark.django_db
def test_the_item_page_shows_them_and_the_admin_takes_them(admin_client, lamp):
    form = admin_client.get(f"/admin/catalog/item/{lamp.pk}/change/").context["adminform"].form
    fields = {name: form[name].value() or "" for name in form.fields if name != "image"}
    fields |= {"specifications": "Shade: Brass\r\nHeight: 40 cm", "weight": 1588, "is_active": "on"}

    response = admin_client.post(f"/admin/catalog/item/{lamp.pk}/change/", fields)

    assert response.status_code == 302
    item = Item.objects.get(pk=lamp.pk)
    assert item.specifications == [["Shade", "Brass"], ["Height", "40 cm"]]
    page = admin_client.get(lamp.get_absolute_url())
    assertContains(page, "Shade")
    assertContains(page, "3.5 lb")

    refused = admin_client.post(
        f"/admin/catalog/item/{lamp.pk}/change/", {**fields, "specifications": "x"}
    )
    assertContains(refused, "is not of the form Label: value")

"""Specifications, as staff and feeds write them."""

import pytest
from pytest_django.asserts import assertContains

from catalog.models import Item
from catalog.specifications import (
    SpecificationUnclear,
    grams_of,
    lines_of_pairs,
    pairs_of_feed,
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


def test_details_of_a_feed_are_read_with_or_without_a_section():
    values = {
        "mpn": "HW-GK09",
        "color": "",
        "product_detail": r"General:Power:1,200 W".replace(",", r"\,") + ",:Spout:Gooseneck",
    }

    assert pairs_of_feed(values) == [
        ["Model number", "HW-GK09"],
        ["Power", "1,200 W"],
        ["Spout", "Gooseneck"],
    ]
    assert pairs_of_feed({"title": "Kettle"}) is None


@pytest.mark.parametrize(
    ("text", "grams"), [("3.5 lb", 1588), ("500 g", 500), ("1.2kg", 1200), ("10 mg", 1)]
)
def test_weights_are_read_in_grams(text, grams):
    assert grams_of(text) == grams


@pytest.mark.parametrize("text", ["", "heavy", "5", "-1 kg", "1e9 kg", "9999999 kg"])
def test_unclear_weights_are_refused(text):
    with pytest.raises(SpecificationUnclear):
        grams_of(text)


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

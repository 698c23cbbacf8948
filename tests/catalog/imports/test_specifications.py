"""Specifications and weights, as feeds write them."""

import pytest

from catalog.imports.specifications import WeightUnclear, grams_of, pairs_of_feed


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
    with pytest.raises(WeightUnclear):
        grams_of(text)

"""Prices and unwanted words in what shoppers type."""

from decimal import Decimal

import pytest

from catalog.search.query.intent import understand
from catalog.search.query.search_query import SearchQuery
from shop.core.regions import REGIONS


@pytest.mark.parametrize(
    ("text", "words", "lowest", "highest"),
    [
        ("gift under $30", "gift", None, 30),
        ("gift for under $30", "gift", None, 30),
        ("tent under 300", "tent", None, 300),
        ("tent under 300 dollars", "tent", None, 300),
        ("tv over $500", "tv", 500, None),
        ("tv between $100 and $300", "tv", 100, 300),
        ("$20-$50 toys", "toys", 20, 50),
        ("toys 20 to $50", "toys", 20, 50),
        ("desk $300 or less", "desk", None, 300),
        ("desk at least $99.50", "desk", Decimal("99.50"), None),
        ("desk less than $1,200", "desk", None, 1200),
        ("under $30", "", None, 30),
        ("spf 30", "spf 30", None, None),
        ("dog food under 30 lb", "dog food under 30 lb", None, None),
        ("jeans 32 x 32", "jeans 32 x 32", None, None),
        ("tv 55 to 65 inch", "tv 55 to 65 inch", None, None),
        ("under armour", "under armour", None, None),
    ],
)
def test_a_price_is_read_from_the_words(text, words, lowest, highest):
    intent = understand(text)

    assert (intent.text, intent.min_price, intent.max_price) == (words, lowest, highest)


@pytest.mark.parametrize(
    ("text", "words", "excluded"),
    [
        ("printer without wifi", "printer", ("wifi",)),
        ("hp printer -ink", "hp printer", ("ink",)),
        ("dog food not chicken", "dog food", ("chicken",)),
        ("lamp -table -floor", "lamp", ("table", "floor")),
        ("yogurt without any sugar or fat", "yogurt", ("sugar", "fat")),
        ("without a trace", "without a trace", ()),
        ("usb-c cable", "usb-c cable", ()),
        ("-ink", "-ink", ()),
        ("size -5", "size -5", ()),
    ],
)
def test_unwanted_words_are_read_from_the_words(text, words, excluded):
    intent = understand(text)

    assert (intent.text, intent.excluded) == (words, excluded)


def test_each_part_can_be_taken_back_alone():
    intent = understand("lamp -table under $60")

    assert intent.without_price == "lamp -table"
    assert intent.without_exclusions == "lamp under $60"


def test_german_words_set_prices_too(settings):
    settings.REGION = REGIONS["de"]

    assert understand("lampe unter 30 €").max_price == 30
    assert understand("drucker ohne wlan").excluded == ("wlan",)


def test_a_price_of_the_words_narrows_that_of_the_filters():
    query = SearchQuery(text="lamp", min_price=Decimal(10), max_price=Decimal(20))

    narrowed = query.narrowed(understand("lamp between $15 and $90"))

    assert (narrowed.min_price, narrowed.max_price) == (15, 20)


@pytest.mark.parametrize("text", ["-" * 200, "not " * 50, "$" * 200, "1 to " * 40, "under $" * 30])
def test_hostile_words_are_read_in_bounded_time(text):
    assert understand(text).text is not None

"""Measures, identifiers and nouns in one form, and words that are never corrected."""

import pytest

from catalog.search.text.analysis import prepare, prepare_query
from catalog.search.text.identifiers import form_of, identifiers_of
from catalog.search.text.measures import join_measures, parts_of_dimensions
from catalog.search.text.normalization import fold
from catalog.search.text.nouns import nouns_of, things_among
from catalog.search.text.word_list import is_word


@pytest.mark.parametrize(
    ("forms", "term"),
    [
        (['15.6"', "15,6 inch", "15.6-in", "15.6 inches", "15.6in", "15.60″"], "15p6in"),
        (["6 ft", "6 feet", "6-foot", "6'", "6ft"], "6ft"),
        (["2 meter", "2 m", "2m", "2 metres"], "2m"),
        (["1 tb", "1TB", "1 terabyte"], "1tb"),
        (["16 gb", "16GB", "16-GB"], "16gb"),
        (["20,000 mAh", "20000mah"], "20000mah"),
        (["30 lbs", "30 pounds", "30lb"], "30lb"),
        (["750 ml", "750 milliliters"], "750ml"),
        (["60 W", "60 watts", "60w"], "60w"),
        (
            ["12 x 30", "12x30", "12 × 30", "12 by 30", '12" x 30"', "12 in x 30 in", "12*30"],
            "12x30",
        ),
        (["4 x 8 x 11", '4 × 8 ft × 11"'], "4x8x11"),
    ],
)
def test_a_measure_is_one_term_however_it_is_written(forms, term):
    assert {join_measures(fold(form)).strip() for form in forms} == {term}


@pytest.mark.parametrize(
    "text", ["5 in 1 cooker", "3 in stock", "lamp", "dv7-1211ea", "m", "2-pack"]
)
def test_what_is_no_measure_stays(text):
    assert join_measures(text).split() == text.split()


def test_a_part_of_dimensions_is_a_measure_of_its_own():
    parts = parts_of_dimensions('12" x 30" x 5"')

    assert {"12x30", "30x5", "12in", "30in", "5in"} <= set(parts)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("HW-GK09", "hwgk09"),
        ("hw gk09", "hwgk09"),
        ("0609585176539", "609585176539"),
        ("00012345678905", "12345678905"),
        ("ＫＴＣ－０１０１", "ktc0101"),
    ],
)
def test_an_identifier_has_one_form(text, form):
    assert form_of(text) == form


@pytest.mark.parametrize("text", ["LAMP", "12", "4k tv", "a", "", "x" * 100 + "1"])
def test_a_word_or_a_short_number_is_no_identifier(text):
    assert form_of(text) == ""


def test_identifiers_are_the_sku_and_the_numbers_among_the_specifications():
    pairs = [["Model number", "HW-GK09"], ["GTIN", "2000100000014"], ["Cord", "28 inches long"]]

    assert list(identifiers_of("KTC-0101", pairs)) == ["ktc0101", "hwgk09", "2000100000014"]


@pytest.mark.parametrize(
    ("name", "nouns"),
    [
        ("Swing-Arm Desk Lamp, LED, 5 Color Temperatures", ["lamp"]),
        ("Coffee Table, Oval, Smoked Oak", ["tabl"]),
        ('24" Kitchen TV with Under-Cabinet Arm', ["tv"]),
        ("Headset for iPhone with remote", ["headset"]),
        ("Paint Brush Set, 3 Pieces", ["set", "brush"]),
        ("HP L1706 17-inch LCD Monitor", ["hp", "monitor"]),
        ("", []),
        ("12345", []),
    ],
)
def test_the_noun_of_a_name_is_what_the_item_is(name, nouns):
    assert nouns_of(prepare(name)) == nouns
    assert things_among(nouns) == set(nouns) - {"set"}


def test_scripts_without_spaces_are_split_into_pairs():
    assert prepare("緑茶ティー").split()[-4:] == ["緑茶", "茶テ", "ティ", "ィー"]
    assert prepare_query("緑茶").split() == ["緑茶"]
    assert prepare_query("茶").split() == ["茶"]


def test_words_of_the_language_are_known():
    assert all(map(is_word, ["candle", "cell", "dad", "handle"]))
    assert not any(map(is_word, ["headphons", "kettel", "", "\n"]))

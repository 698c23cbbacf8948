"""What a search makes of words: identifiers, exclusions, themes, corrections, partial matches."""

import pytest

from catalog.models import Item, Synonyms, Theme
from catalog.search.engines import selection
from catalog.search.index.documents import all_documents
from catalog.search.query.results import EngineResult
from catalog.search.query.search_query import SearchQuery
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_starters(indexer, monkeypatch):
    monkeypatch.setattr("catalog.search.text.synonyms.CACHE_SECONDS", 0)
    Synonyms.objects.all().delete()
    Theme.objects.all().delete()


def given(*names: str, **fields) -> None:
    """Add items of these names, and build the index."""
    for name in names:
        ItemFactory(name=name, **{"description": "", "brand": "", "category": ""} | fields)
    selection.local.rebuild(all_documents())


def result(text: str, **fields) -> EngineResult:
    return selection.local.search(SearchQuery(text=text, **fields), offset=0, limit=24)


def found(text: str, **fields) -> list[str]:
    names = dict(Item.objects.values_list("pk", "name"))
    return [names[pk] for pk in result(text, **fields).ids]


@pytest.fixture
def kettle(indexer):
    return ItemFactory(
        sku="KTC-0101",
        name="Kettle",
        specifications=[
            *(["Model number", "HW-GK09"], ["GTIN", "2000100000014"]),
            *(["Material", "Borosilicate"], ["Whistle", "Yes"], ["Timer", "No"]),
        ],
    )


@pytest.mark.parametrize(
    "text", ["KTC-0101", "ktc 0101", "HW-GK09", "hwgk09", "2000100000014", "02000100000014"]
)
def test_an_identifier_answers_with_its_item_alone(kettle, text):
    given("Kettle 0101 of another kind", "GK09 kettle")

    assert found(text) == ["Kettle"]


def test_the_beginning_of_a_sku_finds_its_items(kettle):
    ItemFactory(sku="KTC-0102", name="Toaster")
    given("Garden hose")

    assert set(found("KTC-01")) == {"Kettle", "Toaster"}


def test_specifications_are_searched_and_what_an_item_has_not_is_not(kettle):
    given("Garden hose")

    assert found("borosilicate kettle")[0] == "Kettle"
    assert found("kettle whistle")[0] == "Kettle"
    assert result("kettle timer").has_all_words is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Cutting Board, 16 × 12 in", "16x12 board"),
        ("Hose, 50 ft", "50 foot hose"),
        ("Portable SSD, 2 TB", "2tb ssd"),
        ("Paring Knives", "knife"),
        ("Shelf for boots", "shelves"),
        ("Rug for a child", "children rug"),
        ("緑茶ティーバッグ", "緑茶"),
        ("緑茶ティーバッグ", "茶"),
    ],
)
def test_other_forms_of_a_word_are_found(name, text):
    given(name, "Garden chair", "コーヒー")

    assert found(text)[0] == name


def test_what_the_item_is_counts_more_than_what_else_its_name_says():
    given(
        "Coffee Table, Oval", "Desk Organizer, Beech", "Coffee, Medium Roast", "Writing Desk, Oak"
    )

    assert found("coffee")[0] == "Coffee, Medium Roast"
    assert found("desk")[0] == "Writing Desk, Oak"


def test_what_is_sold_out_comes_last():
    given("Lamp", "Lamp too")
    _, other = Item.objects.order_by("pk")
    given_stock({other: 3})
    selection.local.rebuild(all_documents())

    assert found("lamp") == ["Lamp too", "Lamp"]


def test_an_excluded_word_is_in_no_text_of_a_result_unless_that_denies_it():
    Synonyms.objects.create(words="wifi, wi-fi")
    ItemFactory(name="Printer", description="Prints over Wi-Fi.")
    ItemFactory(name="Printer, No Wi-Fi", description="")
    given("Laser Printer", brand="Kestrel")

    assert set(found("printer without wifi")) == {"Laser Printer", "Printer, No Wi-Fi"}
    assert found("printer -wifi -kestrel") == ["Printer, No Wi-Fi"]
    assert len(found("printer without wifi", is_literal=True)) == 3


def test_when_every_description_has_the_excluded_word_only_headings_count():
    ItemFactory(name="Salmon dog food", description="For dogs that cannot eat chicken.")
    given("Chicken dog food")

    assert found("dog food not chicken") == ["Salmon dog food"]


def test_words_that_are_in_a_name_are_not_read_as_a_wish():
    given("Bread without fuss", "Bread knife")

    assert found("bread without fuss")[0] == "Bread without fuss"
    assert result("bread without fuss").intent is None


def test_a_price_in_the_words_is_a_filter():
    ItemFactory(name="Lamp", price="20.00")
    given("Golden lamp", price="900.00")

    assert found("lamp under $30") == ["Lamp"]
    assert found("lamp over $30") == ["Golden lamp"]
    assert found("under $30") == ["Lamp"]
    assert result("lamp under $30").intent.max_price == 30


def test_a_theme_finds_what_staff_say_and_one_without_things_finds_anything():
    Theme.objects.create(words="shoes, footwear", finds="sneakers, boots")
    Theme.objects.create(words="gift")
    given("Canvas sneakers", "Shoe cream", "Leather boots", "Garden hose")

    assert set(found("footwear")) == {"Canvas sneakers", "Leather boots"}
    assert set(found("shoes")) == {"Canvas sneakers", "Leather boots", "Shoe cream"}
    assert len(found("gift")) == 4
    assert found("garden gift") == ["Garden hose"]
    assert len(found("gift for dad")) == 4
    assert not result("gift for dad").has_all_words
    assert found("gift", is_literal=True) == []


@pytest.mark.parametrize("text", ["candle", "my dad", "cell phone", "to"])
def test_what_may_be_a_word_is_not_replaced(text):
    Synonyms.objects.create(words="smartphone, cell phone")
    given("Handle", "Dab of paint", "Fell boots", "Smartphone")

    assert result(text).corrected is None
    assert "Handle" not in found(text)


def test_other_words_are_suggested_where_nothing_is_found():
    given("Ukulele", "Garden hose")

    assert (result("ukelele").ids, result("ukelele").suggested) == ([], "ukulele")
    assert result("hose").suggested is None


def test_a_word_with_another_beginning_is_no_correction_by_two_letters():
    given("Tracker", "Tracker too")

    assert result("drucker").corrected is None


def test_a_result_says_whether_items_have_all_the_words():
    given("Red lipstick", "Blue shoes")

    assert result("blue shoes").has_all_words
    assert not result("red shoes").has_all_words


def test_words_that_a_query_can_do_without_find_names_alone():
    ItemFactory(name="Garden hose", description="A hose on a reel.")
    given("A cold lamp")

    assert found("a") == ["A cold lamp"]


def test_a_result_survives_its_way_through_the_cache():
    given("Lamp")
    before = result("lamp -table under $60")

    assert EngineResult.from_plain(before.to_plain()) == before

"""The contract of a search engine, which each of them keeps."""

import pytest

from catalog.models import Item, Synonyms
from catalog.search.engines import selection
from catalog.search.engines.postgres_engine import PostgresEngine
from catalog.search.engines.tantivy_engine import TantivyEngine
from catalog.search.index.documents import all_documents, read_documents
from catalog.search.query.search_query import SearchQuery, Sort
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = [
    '"unbalanced',
    "AND OR NOT ( ) [ ] { } ^ ~ * ? : \\ / +-",
    "name:lamp",
    "lamp'); DROP TABLE catalog_item; --",
    "!!! ???",
    "the and of",
    "\u202e\u0000 \ufeff\u200b",
    "Ａ ß ﬁ ı İ ş 灯 лампа مصباح 💡",
    "lamp " * 10_000,
    "x" * 100_000,
]


@pytest.fixture(params=[PostgresEngine, TantivyEngine])
def engine(request, indexer):
    engine = request.param()
    engine.rebuild([])
    return engine


@pytest.fixture
def shelf(engine, lamp, rug):
    torch = ItemFactory(
        sku="KA-UM1",
        name="Torch",
        description="Brighter than a lamp",
        price="9.00",
        brand="Kestrel",
        category="Camping",
    )
    given_stock({lamp: 3})
    engine.rebuild(all_documents())
    return [lamp, rug, torch]


def search(engine, offset=0, limit=24, **fields) -> list[str]:
    """Return the skus that an engine finds."""
    ids = engine.search(SearchQuery(**fields), offset=offset, limit=limit).ids
    skus = dict(Item.objects.values_list("pk", "sku"))
    return [skus[pk] for pk in ids]


def test_words_are_found_in_every_field_and_count_most_in_the_name(engine, shelf):
    assert search(engine, text="lamps") == ["LAMP", "KA-UM1"]
    assert search(engine, text="kestrel") == search(engine, text="camping") == ["KA-UM1"]
    assert search(engine, text="ka-um1") == ["KA-UM1"]
    assert search(engine, text="BRASS  Lamp")[0] == "LAMP"


def test_filters_narrow_and_sorting_orders(engine, shelf):
    assert search(engine, categories=("Home",)) == ["RUG"]
    assert set(search(engine, categories=("Home", "Camping"))) == {"RUG", "KA-UM1"}
    assert search(engine, brands=("Kestrel",)) == ["KA-UM1"]
    assert search(engine, in_stock=True) == ["LAMP"]
    assert search(engine, min_price=10, max_price=100) == ["LAMP"]
    assert search(engine, max_price=9) == ["KA-UM1"]
    assert search(engine, sort=Sort.PRICE) == ["KA-UM1", "LAMP", "RUG"]
    assert search(engine, sort=Sort.PRICE_DESCENDING) == ["RUG", "LAMP", "KA-UM1"]
    assert search(engine, sort=Sort.NEWEST) == ["KA-UM1", "RUG", "LAMP"]
    assert search(engine, text="lamp", sort=Sort.PRICE) == ["KA-UM1", "LAMP"]


def test_a_facet_is_not_narrowed_by_its_own_choice(engine, shelf):
    result = engine.search(SearchQuery(categories=("Home",)), offset=0, limit=1)

    categories = {choice.value: choice.count for choice in result.facets["category"]}
    brands = {choice.value for choice in result.facets["brand"]}

    assert categories == {"Lighting": 1, "Home": 1, "Camping": 1}
    assert "Kestrel" not in brands


def test_the_parts_of_a_result_fit_together(engine):
    ItemFactory.create_batch(7, name="Lamp")
    engine.rebuild(all_documents())

    parts = [engine.search(SearchQuery(text="lamp"), offset=n, limit=3) for n in (0, 3, 6, 9)]

    assert [len(part.ids) for part in parts] == [3, 3, 1, 0]
    assert {part.count for part in parts} == {7}
    assert len({pk for part in parts for pk in part.ids}) == 7


def test_upserts_and_deletes_are_searched_at_once(engine, shelf):
    lamp, rug, _ = shelf
    Item.objects.filter(pk=lamp.pk).update(name="Copper lantern")
    Item.objects.filter(pk=rug.pk).update(is_active=False)

    engine.upsert(read_documents([lamp.pk]))
    engine.delete([rug.pk, 10**9])

    assert search(engine, text="lantern") == ["LAMP"]
    assert search(engine, text="rug", is_literal=True) == []


def test_an_unchanged_index_keeps_its_state(engine, shelf):
    before = engine.index_state()

    again = engine.index_state()

    assert before == again


def test_suggestions_complete_a_prefix(engine, shelf):
    assert "lighting" in engine.suggest("Lig", limit=8)
    assert engine.suggest("", limit=8) == engine.suggest("zzz", limit=8) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_has_a_result(engine, shelf, text):
    result = engine.search(SearchQuery(text=text), offset=0, limit=24)

    assert result.count >= len(result.ids)
    assert engine.suggest(text, limit=8) is not None


def test_absurd_filters_have_a_result(engine, shelf):
    assert search(engine, min_price=10**12) == []
    assert len(search(engine, max_price=10**12)) == 3
    assert search(engine, categories=("No such department",)) == []
    assert search(engine, text="lamp", offset=10**6) == []


# Only the index


@pytest.fixture
def index(indexer) -> TantivyEngine:
    return selection.local


def build(*names: str) -> None:
    for name in names:
        ItemFactory(sku=name, name=name, brand="", category="")
    selection.local.rebuild(all_documents())


def test_a_misspelt_word_is_corrected_and_the_result_says_so(index):
    build("Wireless headphones", "Wired keyboard")

    result = index.search(SearchQuery(text="wirless hedphones"), offset=0, limit=5)

    assert result.corrected == "wireless headphones"
    assert search(index, text="wirless hedphones") == ["Wireless headphones"]
    assert index.search(SearchQuery(text="wirless", is_literal=True), offset=0, limit=5).ids == []


def test_indexed_words_are_never_corrected(index):
    build("Hat", "Hats and hets")

    result = index.search(SearchQuery(text="hets"), offset=0, limit=5)

    assert result.corrected is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HP Pavilion dv7-1211ea", "dv7-1211ea"),
        ("HP Pavilion dv7-1211ea", "dv71211ea"),
        ("HP Pavilion dv7-1211ea", "dv7 1211ea"),
        ('Laptop 15.6" display', "15.6 inch laptop"),
        ("Laptop 15,6-inch display", 'laptop 15.6"'),
        ("Crème Brûlée torch", "creme brulee"),
        ("Television with remote", "tvs"),
        ("Hard drive", "harddrive"),
        ("Headset", "head set"),
        ("Wi-Fi router", "wifi"),
        ("Notebook", "laptop"),
        ("Re\u0301sume\u0301 paper", "résumé"),
        ("ΦΩΣ lamp", "φως"),
        ("X" * 64, "x" * 64),
    ],
)
def test_other_spellings_are_found(index, name, text):
    Synonyms.objects.get_or_create(words="laptop, notebook")
    Synonyms.objects.get_or_create(words="tv, television")
    build(name, "Garden hose", "Plastic chair")

    assert search(index, text=text)[:1] == [name]


@pytest.mark.parametrize(
    ("text", "corrected"),
    [("prin printer", "print printer"), ("İstambul lamp", "istanbul lamp")],
)
def test_only_the_misspelt_word_is_corrected(index, text, corrected):
    build("Print of flowers", "Printer", "Istanbul lamp")

    result = index.search(SearchQuery(text=text), offset=0, limit=5)

    assert result.corrected == corrected


@pytest.mark.parametrize("text", ["!!!", '"', "📱"])
def test_a_query_without_words_finds_nothing(index, text):
    build("Lamp")

    assert search(index, text=text) == []


def test_sorting_loses_no_hit(index):
    build("Red brass lamp", "Red chair", "Brass lamp", "Green table")

    by_relevance = search(index, text="red brass lamp")
    by_price = search(index, text="red brass lamp", sort=Sort.PRICE)

    assert sorted(by_price) == sorted(by_relevance)
    assert len(by_price) == 3


def test_pages_with_a_ranker_have_no_gap(index, settings):
    settings.SEARCH_RANKER = "catalog.search.reranking.by_linear_model"
    ItemFactory.create_batch(250, name="Lamp")
    selection.local.rebuild(all_documents())

    pages = [index.search(SearchQuery(text="lamp"), offset=n, limit=24) for n in range(0, 264, 24)]
    ids = [item_id for page in pages for item_id in page.ids]

    assert [len(page.ids) for page in pages] == [24] * 10 + [10]
    assert len(set(ids)) == 250


def test_synonyms_of_staff_are_searched(index, monkeypatch):
    build("Divan bed", "Oak shelf")
    Synonyms.objects.create(words="divan, box spring")
    monkeypatch.setattr("catalog.search.text.synonyms._synonyms", None)

    assert search(index, text="box spring") == ["Divan bed"]


def test_items_with_fewer_of_the_words_follow_those_with_all(index):
    build("Red brass lamp", "Red chair", "Brass lamp", "Green table")

    assert search(index, text="red brass lamp") == ["Red brass lamp", "Brass lamp", "Red chair"]


def test_facets_also_count_items_with_fewer_of_the_words(index):
    ItemFactory(name="Red brass lamp", category="Lighting")
    ItemFactory(name="Red chair", category="Home")
    selection.local.rebuild(all_documents())

    result = index.search(SearchQuery(text="red lamp"), offset=0, limit=9)

    assert result.count == 2
    assert {choice.value for choice in result.facets["category"]} == {"Lighting", "Home"}


def test_chosen_values_are_counted_even_where_few_items_have_them(index, monkeypatch):
    monkeypatch.setattr("catalog.search.query.facets.MAX_CHOICES", 1)
    for brand in ("Often", "Often", "Seldom"):
        ItemFactory(name="Lamp", brand=brand)
    selection.local.rebuild(all_documents())

    result = index.search(SearchQuery(text="lamp", brands=("Seldom", "Never")), offset=0, limit=9)

    assert result.facets["brand"] == [("Often", 2), ("Seldom", 1)]


def test_accessories_come_after_the_main_product(index):
    build("Laser printer toner cartridge", "Laser printer with scanner and fax")

    assert search(index, text="laser printer")[0] == "Laser printer with scanner and fax"
    assert search(index, text="toner") == ["Laser printer toner cartridge"]


def test_phrases_of_names_are_suggested(index):
    build(*(f"Ink cartridge {n}" for n in range(4)))

    assert index.suggest("ink", limit=3) == ["ink cartridge", "ink"]
    assert index.suggest("ink car", limit=3) == ["ink cartridge"]
    assert "ink cartridge" in index.suggest("cart", limit=3)

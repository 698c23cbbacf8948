"""The contract of a search engine, held by each of them."""

import pytest

from catalog.models import Item, Synonyms
from catalog.search.engines import selection
from catalog.search.engines.local import LocalBackend
from catalog.search.engines.postgres import PostgresBackend
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


@pytest.fixture(params=[PostgresBackend, LocalBackend])
def backend(request, indexer):
    backend = request.param()
    backend.rebuild([])
    return backend


@pytest.fixture
def shelf(backend, lamp, rug):
    torch = ItemFactory(
        sku="KA-UM1",
        name="Torch",
        description="Brighter than a lamp",
        price="9.00",
        brand="Kestrel",
        category="Camping",
    )
    given_stock({lamp: 3})
    backend.rebuild(all_documents())
    return [lamp, rug, torch]


def found(backend, offset=0, limit=24, **asked) -> list[str]:
    ids = backend.search(SearchQuery(**asked), offset=offset, limit=limit).ids
    known = dict(Item.objects.values_list("pk", "sku"))
    return [known[pk] for pk in ids]


def test_words_are_found_in_every_field_and_count_most_in_the_name(backend, shelf):
    assert found(backend, text="lamps") == ["LAMP", "KA-UM1"]
    assert found(backend, text="kestrel") == found(backend, text="camping") == ["KA-UM1"]
    assert found(backend, text="ka-um1") == ["KA-UM1"]
    assert found(backend, text="BRASS  Lamp")[0] == "LAMP"


def test_filters_narrow_and_sorting_orders(backend, shelf):
    assert found(backend, categories=("Home",)) == ["RUG"]
    assert set(found(backend, categories=("Home", "Camping"))) == {"RUG", "KA-UM1"}
    assert found(backend, brands=("Kestrel",)) == ["KA-UM1"]
    assert found(backend, in_stock=True) == ["LAMP"]
    assert found(backend, min_price=10, max_price=100) == ["LAMP"]
    assert found(backend, max_price=9) == ["KA-UM1"]
    assert found(backend, sort=Sort.PRICE) == ["KA-UM1", "LAMP", "RUG"]
    assert found(backend, sort=Sort.PRICE_DESCENDING) == ["RUG", "LAMP", "KA-UM1"]
    assert found(backend, sort=Sort.NEWEST) == ["KA-UM1", "RUG", "LAMP"]
    assert found(backend, text="lamp", sort=Sort.PRICE) == ["KA-UM1", "LAMP"]


def test_facets_count_and_do_not_narrow_themselves(backend, shelf):
    answer = backend.search(SearchQuery(categories=("Home",)), offset=0, limit=1)

    categories = {choice.value: choice.count for choice in answer.facets["category"]}
    brands = {choice.value for choice in answer.facets["brand"]}

    assert categories == {"Lighting": 1, "Home": 1, "Camping": 1}
    assert "Kestrel" not in brands


def test_parts_of_an_answer_fit_together(backend):
    ItemFactory.create_batch(7, name="Lamp")
    backend.rebuild(all_documents())

    parts = [backend.search(SearchQuery(text="lamp"), offset=n, limit=3) for n in (0, 3, 6, 9)]

    assert [len(part.ids) for part in parts] == [3, 3, 1, 0]
    assert {part.count for part in parts} == {7}
    assert len({pk for part in parts for pk in part.ids}) == 7


def test_what_is_written_changed_or_deleted_is_found_so(backend, shelf):
    lamp, rug, _ = shelf
    Item.objects.filter(pk=lamp.pk).update(name="Copper lantern")
    Item.objects.filter(pk=rug.pk).update(is_active=False)

    backend.upsert(read_documents([lamp.pk]))
    backend.delete([rug.pk, 10**9])

    assert found(backend, text="lantern") == ["LAMP"]
    assert found(backend, text="rug", is_literal=True) == []


def test_each_state_has_its_name(backend, shelf):
    before = backend.generation()

    again = backend.generation()

    assert before == again


def test_suggestions_begin_as_what_was_typed(backend, shelf):
    assert "lighting" in backend.suggest("Lig", limit=8)
    assert backend.suggest("", limit=8) == backend.suggest("zzz", limit=8) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nonsense_is_answered(backend, shelf, text):
    answer = backend.search(SearchQuery(text=text), offset=0, limit=24)

    assert answer.count >= len(answer.ids)
    assert backend.suggest(text, limit=8) is not None


def test_absurd_filters_are_answered(backend, shelf):
    assert found(backend, min_price=10**12) == []
    assert len(found(backend, max_price=10**12)) == 3
    assert found(backend, categories=("No such department",)) == []
    assert found(backend, text="lamp", offset=10**6) == []


# What only the index can do


@pytest.fixture
def index(indexer) -> LocalBackend:
    return selection.local


def build(*names: str) -> None:
    for name in names:
        ItemFactory(sku=name, name=name, brand="", category="")
    selection.local.rebuild(all_documents())


def test_a_misspelt_word_is_mended_and_said(index):
    build("Wireless headphones", "Wired keyboard")

    answer = index.search(SearchQuery(text="wirless hedphones"), offset=0, limit=5)

    assert answer.corrected == "wireless headphones"
    assert found(index, text="wirless hedphones") == ["Wireless headphones"]
    assert index.search(SearchQuery(text="wirless", is_literal=True), offset=0, limit=5).ids == []


def test_words_that_are_known_are_never_mended(index):
    build("Hat", "Hats and hets")

    answer = index.search(SearchQuery(text="hets"), offset=0, limit=5)

    assert answer.corrected is None


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
def test_what_is_written_otherwise_is_found(index, name, text):
    Synonyms.objects.get_or_create(words="laptop, notebook")
    Synonyms.objects.get_or_create(words="tv, television")
    build(name, "Garden hose", "Plastic chair")

    assert found(index, text=text)[:1] == [name]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("prin printer", "print printer"), ("İstambul lamp", "istanbul lamp")],
)
def test_only_the_word_itself_is_mended(index, text, meant):
    build("Print of flowers", "Printer", "Istanbul lamp")

    answer = index.search(SearchQuery(text=text), offset=0, limit=5)

    assert answer.corrected == meant


@pytest.mark.parametrize("text", ["!!!", '"', "📱"])
def test_a_question_without_words_finds_nothing(index, text):
    build("Lamp")

    assert found(index, text=text) == []


def test_sorting_loses_nothing_that_was_found(index):
    build("Red brass lamp", "Red chair", "Brass lamp", "Green table")

    by_relevance = found(index, text="red brass lamp")
    by_price = found(index, text="red brass lamp", sort=Sort.PRICE)

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


def test_staff_teach_what_means_the_same(index, monkeypatch):
    build("Divan bed", "Oak shelf")
    Synonyms.objects.create(words="divan, box spring")
    monkeypatch.setattr("catalog.search.text.synonyms._known", None)

    assert found(index, text="box spring") == ["Divan bed"]


def test_items_with_fewer_of_the_words_follow_those_with_all(index):
    build("Red brass lamp", "Red chair", "Brass lamp", "Green table")

    assert found(index, text="red brass lamp") == ["Red brass lamp", "Brass lamp", "Red chair"]


def test_facets_count_also_what_has_fewer_of_the_words(index):
    ItemFactory(name="Red brass lamp", category="Lighting")
    ItemFactory(name="Red chair", category="Home")
    selection.local.rebuild(all_documents())

    answer = index.search(SearchQuery(text="red lamp"), offset=0, limit=9)

    assert answer.count == 2
    assert {choice.value for choice in answer.facets["category"]} == {"Lighting", "Home"}


def test_chosen_values_are_counted_even_where_few_items_have_them(index, monkeypatch):
    monkeypatch.setattr("catalog.search.query.facets.MAX_CHOICES", 1)
    for brand in ("Often", "Often", "Seldom"):
        ItemFactory(name="Lamp", brand=brand)
    selection.local.rebuild(all_documents())

    answer = index.search(SearchQuery(text="lamp", brands=("Seldom", "Never")), offset=0, limit=9)

    assert answer.facets["brand"] == [("Often", 2), ("Seldom", 1)]


def test_what_only_goes_with_something_comes_after_it(index):
    build("Laser printer toner cartridge", "Laser printer with scanner and fax")

    assert found(index, text="laser printer")[0] == "Laser printer with scanner and fax"
    assert found(index, text="toner") == ["Laser printer toner cartridge"]


def test_phrases_of_names_are_suggested(index):
    build(*(f"Ink cartridge {n}" for n in range(4)))

    assert index.suggest("ink", limit=3) == ["ink cartridge", "ink"]
    assert index.suggest("ink car", limit=3) == ["ink cartridge"]
    assert "ink cartridge" in index.suggest("cart", limit=3)

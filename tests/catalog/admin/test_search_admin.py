"""Synonyms and search statistics in the admin."""

import pytest

from catalog.models import SearchQueryStat, Synonyms
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue
from tests.support.factories import ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

SYNONYMS = "/admin/catalog/synonyms/"
QUERY_STATS = "/admin/catalog/searchquerystat/"


def names(text: str) -> list[str]:
    return [item.name for item in get_item_catalogue(SearchQuery(text=text)).items]


@pytest.mark.parametrize("url", [SYNONYMS, QUERY_STATS])
def test_users_who_are_not_staff_see_neither(client, mallory, url):
    client.force_login(mallory)

    assert client.get(url).status_code == 302


def test_new_synonyms_apply_to_queries_with_cached_results(desk, indexer, monkeypatch):
    monkeypatch.setattr("catalog.search.text.synonyms.CACHE_SECONDS", 0)
    ItemFactory(name="Divan bed")
    indexer.follow()
    for _ in range(3):
        assert names("settee") == []

    desk.post(f"{SYNONYMS}add/", {"words": "divan bed, settee"})
    with_synonym = names("settee")
    desk.post(
        f"{SYNONYMS}{Synonyms.objects.get(words='divan bed, settee').pk}/delete/", {"post": "yes"}
    )

    assert with_synonym == ["Divan bed"]
    assert names("settee") == []


@pytest.mark.parametrize("words", ["lonely", "tv, TV", ", ,", "!!!, ???"])
def test_a_single_word_is_refused_as_synonyms_and_shown_again(desk, words):
    page = desk.post(f"{SYNONYMS}add/", {"words": words})

    assert "at least two" in page.content.decode()
    assert page.context["adminform"].form["words"].value() == words
    assert not Synonyms.objects.filter(words=words).exists()


def test_staff_see_queries_without_results(desk):
    SearchQueryStat.objects.create(text="unicorn", count=7, results=0)
    SearchQueryStat.objects.create(text="lamp", count=9, results=3)

    page = desk.get(f"{QUERY_STATS}?results=nothing").content.decode()

    assert "unicorn" in page
    assert "lamp" not in page
    assert desk.get(f"{QUERY_STATS}add/").status_code == 403

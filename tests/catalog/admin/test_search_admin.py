"""What staff teach the search, and what it tells them."""

import pytest

from catalog.models import SearchQueryStat, Synonyms
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue
from tests.support.factories import ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

SYNONYMS = "/admin/catalog/synonyms/"
ASKED = "/admin/catalog/searchquerystat/"


def names(text: str) -> list[str]:
    return [item.name for item in get_item_catalogue(SearchQuery(text=text)).items]


@pytest.mark.parametrize("url", [SYNONYMS, ASKED])
def test_who_is_no_staff_sees_nothing_of_it(client, mallory, url):
    client.force_login(mallory)

    assert client.get(url).status_code == 302


def test_synonyms_count_at_once_also_for_what_was_asked_before(desk, indexer, monkeypatch):
    monkeypatch.setattr("catalog.search.text.synonyms.SECONDS", 0)
    ItemFactory(name="Divan bed")
    indexer.follow()
    for _ in range(3):
        assert names("settee") == []

    desk.post(f"{SYNONYMS}add/", {"words": "divan bed, settee"})
    taught = names("settee")
    desk.post(
        f"{SYNONYMS}{Synonyms.objects.get(words='divan bed, settee').pk}/delete/", {"post": "yes"}
    )

    assert taught == ["Divan bed"]
    assert names("settee") == []


@pytest.mark.parametrize("words", ["lonely", "tv, TV", ", ,", "!!!, ???"])
def test_one_word_alone_is_no_synonym_and_what_was_typed_stays(desk, words):
    page = desk.post(f"{SYNONYMS}add/", {"words": words})

    assert "at least two" in page.content.decode()
    assert page.context["adminform"].form["words"].value() == words
    assert not Synonyms.objects.filter(words=words).exists()


def test_staff_see_what_was_not_found(desk):
    SearchQueryStat.objects.create(text="unicorn", count=7, results=0)
    SearchQueryStat.objects.create(text="lamp", count=9, results=3)

    page = desk.get(f"{ASKED}?results=nothing").content.decode()

    assert "unicorn" in page
    assert "lamp" not in page
    assert desk.get(f"{ASKED}add/").status_code == 403

"""Queries of shoppers are counted, without personal data."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from catalog.models import SearchQueryStat
from catalog.search.index.autocomplete import frequent_queries
from catalog.search.query.search_query import SearchQuery
from catalog.search.query_log import delete_old_queries, tally
from catalog.search.service import get_item_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def count_searches(*texts: str) -> None:
    """Search for the texts, and leave their counts and no others in the database."""
    tally.write()
    SearchQueryStat.objects.all().delete()
    for text in texts:
        get_item_catalogue(SearchQuery(text=text))
    tally.write()


def test_queries_are_counted_with_the_number_of_results(lamp):
    count_searches("Brass", "brass ", "unicorn")

    rows = set(SearchQueryStat.objects.values_list("text", "count", "results"))
    assert rows == {("brass", 2, 1), ("unicorn", 1, 0)}


def test_private_and_very_long_queries_are_not_recorded(lamp):
    count_searches("alice@example.com", "4111 1111 1111 1111", "lamp " * 20, "")

    assert not SearchQueryStat.objects.exists()


def test_frequent_queries_with_results_are_suggested(lamp):
    count_searches(*["brass"] * 3, *["unicorn"] * 5)

    assert list(frequent_queries()) == ["brass"]


def test_a_query_searched_only_once_is_deleted_after_a_day(lamp):
    count_searches("once", "twice", "twice", "just now")
    SearchQueryStat.objects.exclude(text="just now").update(
        last_searched_at=Now() - timedelta(hours=25)
    )

    delete_old_queries()

    assert set(SearchQueryStat.objects.values_list("text", flat=True)) == {"twice", "just now"}

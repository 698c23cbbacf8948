"""What shoppers ask for is counted, without anything that is theirs."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from catalog.models import SearchQueryStat
from catalog.search.index.autocomplete import frequent_queries
from catalog.search.query.search_query import SearchQuery
from catalog.search.query_log import delete_old_queries, tally
from catalog.search.service import get_item_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def ask(*texts: str) -> None:
    tally.write()
    SearchQueryStat.objects.all().delete()
    for text in texts:
        get_item_catalogue(SearchQuery(text=text))
    tally.write()


def test_questions_are_counted_with_what_was_found(lamp):
    ask("Brass", "brass ", "unicorn")

    told = set(SearchQueryStat.objects.values_list("text", "count", "results"))
    assert told == {("brass", 2, 1), ("unicorn", 1, 0)}


def test_what_is_private_or_endless_is_not_kept(lamp):
    ask("alice@example.com", "4111 1111 1111 1111", "lamp " * 20, "")

    assert not SearchQueryStat.objects.exists()


def test_what_is_asked_often_and_found_is_suggested(lamp):
    ask(*["brass"] * 3, *["unicorn"] * 5)

    assert list(frequent_queries()) == ["brass"]


def test_what_was_asked_but_once_is_forgotten_after_a_day(lamp):
    ask("once", "twice", "twice", "just now")
    SearchQueryStat.objects.exclude(text="just now").update(
        last_searched_at=Now() - timedelta(hours=25)
    )

    delete_old_queries()

    assert set(SearchQueryStat.objects.values_list("text", flat=True)) == {"twice", "just now"}

"""Our own judged queries name items of the demo's catalogue."""

import csv

import pytest

from benchmarks.eval_search.judgements import own_queries
from benchmarks.eval_search.metrics import interval, judged_only, ndcg, share_worse
from shop.demo.loading import PRODUCTS

KINDS = {"navigational", "attribute", "type", "intent", "misspelt"}


@pytest.mark.parametrize("half", ["open", "sealed"])
def test_every_query_has_a_best_item_of_the_catalogue(half):
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        skus = {row["id"] for row in csv.DictReader(file, delimiter="\t")}
    queries = own_queries(half)

    assert len({query.text for query in queries}) == len(queries) >= 75
    assert {query.kind for query in queries} == KINDS
    assert all(query.ratings.keys() <= skus for query in queries)
    assert all(3 in query.ratings.values() for query in queries)


def test_no_query_is_in_both_halves():
    texts = [{query.text for query in own_queries(half)} for half in ("open", "sealed")]

    assert not texts[0] & texts[1]


def test_the_scores_are_those_of_the_literature():
    ratings = {"a": 3, "b": 1}

    assert ndcg(["a", "b"], ratings) == 1
    assert ndcg(["x", "a", "b"], ratings) == pytest.approx(
        (7 * 0.63093 + 0.5) / (7 + 0.63093), 1e-3
    )
    assert judged_only(["x", "a", "b"], ratings) == ["a", "b"]
    assert share_worse([0.5, 0.5], [0.4, 0.6]) == 0.5
    low, high = interval([0.0, 1.0] * 20)
    assert 0.3 < low < 0.5 < high < 0.7

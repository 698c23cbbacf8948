"""Prints the scores of each ranking, and with RULES=1 the gain of each rule."""

import os
from collections.abc import Sequence
from io import StringIO

from benchmarks.eval_search import metrics
from benchmarks.eval_search.judgements import (
    ADDED,
    FEED,
    JUDGEMENTS,
    JudgedQuery,
    own_queries,
    shared_judgements,
)
from benchmarks.eval_search.rankings import Ranking, by_bm25, by_postgres, shipped
from benchmarks.eval_search.rules import RULES, without
from benchmarks.eval_search.spelling import RIGHT_WORDS, TYPOS, false_corrections, missed_typos
from benchmarks.stage import own_shop

RANKINGS: dict[str, Ranking] = {"PostgreSQL": by_postgres, "BM25": by_bm25, "shipped": shipped}
HALVES = ("open", "sealed")


def main() -> None:
    """Measure our own queries and, where it exists, the shared catalogue."""
    with own_shop():
        fill_with_demo()
        for half in HALVES:
            print_own(half)
        if os.environ.get("RULES"):
            print_rules()
        rightly_spelt = [query.text for query in own_queries("open") if query.kind != "misspelt"]
        print_spelling(rightly_spelt)
        if FEED.exists():
            fill_with_feed()
            print_shared()
            print_spelling(list(shared_judgements(JUDGEMENTS)))


def fill_with_demo() -> None:
    """Load the demo's catalogue and stock, and build the index."""
    from shop.demo.loading import load_demo

    load_demo()
    rebuild()


def fill_with_feed() -> None:
    """Import the shared catalogue instead of what is on sale, and build the index."""
    from django.core.management import call_command

    from catalog.models import Item

    Item.objects.update(is_active=False)
    call_command("import_catalog", str(FEED), stdout=StringIO())
    rebuild()


def rebuild() -> None:
    """Build the index; the next search reads it."""
    from django.core.management import call_command

    from catalog.search.engines.selection import local

    call_command("rebuild_search", stdout=StringIO(), stderr=StringIO())
    local._checked_at = 0.0  # type: ignore[attr-defined]


def print_own(half: str) -> None:
    """Print nDCG@10 of our own queries by kind; the ratings name all relevant items."""
    queries = own_queries(half)
    kinds = list(dict.fromkeys(query.kind for query in queries))
    print(f"\nOur {len(queries)} {half} queries of the demo's catalogue, nDCG@10")
    print(f"{'':12}{'all':>8}  {'95 %':14}{'first':>6}{'none':>5}{'worse':>7}  {' '.join(kinds)}")
    ranked_by = {name: rank_all(queries, ranking) for name, ranking in RANKINGS.items()}
    bm25 = scores(queries, ranked_by["BM25"])
    for name, ranked in ranked_by.items():
        values = scores(queries, ranked)
        by_kind = [
            metrics.mean(
                [v for v, query in zip(values, queries, strict=True) if query.kind == kind]
            )
            for kind in kinds
        ]
        first = metrics.mean(
            [
                metrics.is_success(hits, query.ratings)
                for hits, query in zip(ranked, queries, strict=True)
            ]
        )
        empty = sum(not hits for hits in ranked)
        print(
            f"{name:12}{score_with_interval(values)}{first:6.2f}{empty:5}"
            f"{metrics.share_worse(bm25, values):7.1%}  "
            + " ".join(f"{value:.3f}" for value in by_kind)
        )


def rank_all(queries: Sequence[JudgedQuery], ranking: Ranking) -> list[list[str]]:
    """Return the ranking of each query."""
    return [ranking(query.text) for query in queries]


def scores(queries: Sequence[JudgedQuery], ranked: Sequence[Sequence[str]]) -> list[float]:
    """Return nDCG@10 of each query."""
    return [
        metrics.ndcg(hits, query.ratings) or 0.0
        for hits, query in zip(ranked, queries, strict=True)
    ]


def score_with_interval(values: Sequence[float]) -> str:
    """Return the mean and its 95 % interval."""
    low, high = metrics.interval(values)
    return f"{metrics.mean(values):8.4f}  {low:.3f} – {high:.3f} "


def print_rules() -> None:
    """Print what nDCG@10 loses without each rule, and the share of queries that gain then."""
    halves = {half: own_queries(half) for half in HALVES}
    full = {half: scores(queries, rank_all(queries, shipped)) for half, queries in halves.items()}
    print(f"\nGain of each rule, nDCG@10\n{'':26}{'open':>8}{'sealed':>9}   queries made worse")
    for rule in RULES:
        with without(rule) as is_of_index:
            if is_of_index:
                rebuild()
            bare = {
                half: scores(queries, rank_all(queries, shipped))
                for half, queries in halves.items()
            }
        if is_of_index:
            rebuild()
        gains = [metrics.mean(full[half]) - metrics.mean(bare[half]) for half in HALVES]
        worse = [metrics.share_worse(bare[half], full[half]) for half in HALVES]
        print(f"{rule:26}{gains[0]:+8.4f}{gains[1]:+9.4f}   {worse[0]:.1%} {worse[1]:.1%}")


def print_shared() -> None:
    """Print the scores of the shared queries: raw, judged items only, and with filled holes."""
    raw, filled = shared_judgements(JUDGEMENTS), shared_judgements(JUDGEMENTS, ADDED)
    queries = [query for query in raw if any(raw[query].values())]
    print(f"\n{len(raw)} queries of {JUDGEMENTS.name}, nDCG@10 and its 95 % interval")
    columns = ("raw", "judged only", "filled", "filled, judged only")
    print(f"{'':12}" + "".join(f"{column:25}" for column in columns) + "first none unrated")
    for name, ranking in RANKINGS.items():
        ranked = {query: ranking(query) for query in raw}
        ways = [
            [metrics.ndcg(ranked[query], raw[query]) or 0.0 for query in queries],
            [judged_score(ranked[query], raw[query]) for query in queries],
            [metrics.ndcg(ranked[query], filled[query]) or 0.0 for query in queries],
            [judged_score(ranked[query], filled[query]) for query in queries],
        ]
        first = metrics.mean([metrics.is_success(ranked[query], filled[query]) for query in raw])
        top = [(query, sku) for query in raw for sku in ranked[query][: metrics.CUT]]
        unrated = metrics.mean([sku not in filled[query] for query, sku in top])
        empty = sum(not ranked[query] for query in raw)
        print(
            f"{name:12}{''.join(map(score_with_interval, ways))}{first:.3f}{empty:5}{unrated:8.1%}"
        )


def judged_score(ranked: Sequence[str], ratings: dict[str, int]) -> float:
    """Return nDCG@10 of the rated items alone."""
    return metrics.ndcg(metrics.judged_only(ranked, ratings), ratings) or 0.0


def print_spelling(queries: list[str]) -> None:
    """Print the share of misspelt words that find the same, and right words that are replaced."""
    missed, wrong = missed_typos(queries), false_corrections()
    print(f"\n{TYPOS} misspelt words: {1 - len(missed) / TYPOS:.1%} find what the right ones find.")
    print("Not:", ", ".join(f"{typo} ({word})" for word, typo in missed))
    print(f"{len(RIGHT_WORDS)} right words: {len(wrong)} replaced.", *wrong)


if __name__ == "__main__":
    main()

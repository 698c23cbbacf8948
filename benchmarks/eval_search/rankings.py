"""The rankings that are compared: PostgreSQL's, BM25 alone, and the shipped one."""

from collections.abc import Callable

from benchmarks.eval_search.metrics import CUT

DEPTH = CUT * 10
FEED_BOOSTS = {"name": 4.0, "brand": 3.0, "category": 1.5, "description": 0.5}

Ranking = Callable[[str], list[str]]


def by_postgres(text: str) -> list[str]:
    """Return the skus that PostgreSQL finds, best first."""
    from catalog.search.engines.selection import fallback
    from catalog.search.query.search_query import SearchQuery

    return _skus(fallback.search(SearchQuery(text=text), offset=0, limit=DEPTH).ids)


def by_bm25(text: str) -> list[str]:
    """Return the skus with all words in the feed's fields and, below 24 hits, with any of them."""
    from tantivy import Occur, Query

    from catalog.search.index.generations import Generation, current_folder
    from catalog.search.index.schema import schema
    from catalog.search.text import analysis

    searcher = Generation(current_folder()).items.searcher()
    clauses = []
    for term in dict.fromkeys(analysis.stemming_analyzer().analyze(text)):
        fields = [
            (
                Occur.Should,
                Query.boost_query(Query.term_query(schema(), name, term, "freq"), boost),
            )
            for name, boost in FEED_BOOSTS.items()
        ]
        clauses.append(Query.boolean_query(fields))
    ids: list[int] = []
    for occur in (Occur.Must, Occur.Should):
        hits = searcher.search(Query.boolean_query([(occur, clause) for clause in clauses]), DEPTH)
        hit_ids = searcher.fast_field_values("id", [address for _, address in hits.hits])
        ids += [item_id for item_id in hit_ids if item_id not in ids]
        if hits.count >= 24:
            break
    return _skus(ids)


def shipped(text: str) -> list[str]:
    """Return the skus that the shop's search finds, best first."""
    from catalog.search.engines.selection import local
    from catalog.search.query.search_query import SearchQuery

    return _skus(local.search(SearchQuery(text=text), offset=0, limit=DEPTH).ids)


def _skus(ids: list[int]) -> list[str]:
    from catalog.models import Item

    by_id = dict(Item.objects.filter(pk__in=ids).values_list("pk", "sku"))
    return [by_id[item_id] for item_id in ids]

"""Facet counts: the categories and brands that results can be narrowed to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from tantivy import DocAddress, Occur, Query, Searcher

from catalog.search.index.schema import FACETS, schema
from catalog.search.query.results import Choice

MAX_CHOICES = 40


def count_matching(
    searcher: Searcher, matching: Query, facets: Sequence[str]
) -> dict[str, list[Choice]]:
    """Return the most frequent values of the facets among all items that match."""
    if not facets:
        return {}
    sizes = {"size": MAX_CHOICES, "segment_size": 2 * MAX_CHOICES}
    aggregations = {facet: {"terms": {"field": f"{facet}_name", **sizes}} for facet in facets}
    return {
        facet: [Choice(bucket["key"], bucket["doc_count"]) for bucket in aggregation["buckets"]]
        for facet, aggregation in searcher.aggregate(matching, aggregations).items()
    }


def count_hits(
    searcher: Searcher, hits: list[DocAddress], names_by_key: dict[int, str]
) -> Mapping[str, Sequence[Choice]]:
    """Return the most frequent values among these hits, which is quicker for a few hits.

    A name is read from the first hit that has it, and from then on taken from `names_by_key`.
    """
    choices: dict[str, Sequence[Choice]] = {}
    for facet in FACETS:
        keys = cast(list[int], searcher.fast_field_values(f"{facet}_key", hits))
        for key in set(keys) - names_by_key.keys() - {0}:
            document = searcher.doc(hits[keys.index(key)])
            [names_by_key[key]] = document[f"{facet}_name"]
        most_common = Counter(filter(None, keys)).most_common(MAX_CHOICES)
        choices[facet] = [Choice(names_by_key[key], count) for key, count in most_common]
    return choices


def with_chosen(
    searcher: Searcher,
    matching: Query,
    facet: str,
    choices: Sequence[Choice],
    chosen: Iterable[str],
) -> Sequence[Choice]:
    """Add those chosen values that some items have but that are not among the most frequent."""
    frequent = {choice.value for choice in choices}
    rare = [value for value in chosen if value not in frequent]
    counts = (_count_value(searcher, matching, facet, value) for value in rare)
    return [*choices, *(choice for choice in counts if choice.count)]


def _count_value(searcher: Searcher, matching: Query, facet: str, value: str) -> Choice:
    has_value = Query.term_query(schema(), f"{facet}_name", value)
    both = Query.boolean_query([(Occur.Must, matching), (Occur.Must, has_value)])
    return Choice(value, searcher.search(both, 1).count)  # type: ignore[attr-defined]

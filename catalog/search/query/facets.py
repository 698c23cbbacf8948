"""Counting what results can be narrowed to: departments and brands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from tantivy import DocAddress, Occur, Query, Searcher

from catalog.search.index.fields import FACETS, schema
from catalog.search.query.results import Choice

MAX_CHOICES = 40


def counted(searcher: Searcher, matching: Query, names: Sequence[str]) -> dict[str, list[Choice]]:
    """Count all that match."""
    if not names:
        return {}
    most = {"size": MAX_CHOICES, "segment_size": 2 * MAX_CHOICES}
    asked = {name: {"terms": {"field": f"{name}_name", **most}} for name in names}
    return {
        name: [Choice(bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"]]
        for name, answer in searcher.aggregate(matching, asked).items()
    }


def counted_one_by_one(
    searcher: Searcher, hits: list[DocAddress], known_names: dict[int, str]
) -> Mapping[str, Sequence[Choice]]:
    """Count what was found already, which is quicker where that is little.

    Names are read of the first item that has them, and known by their keys from then on.
    """
    choices: dict[str, Sequence[Choice]] = {}
    for name in FACETS:
        keys = cast(list[int], searcher.fast_field_values(f"{name}_key", hits))
        for key in set(keys) - known_names.keys() - {0}:
            item = searcher.doc(hits[keys.index(key)])
            [known_names[key]] = item[f"{name}_name"]
        most = Counter(filter(None, keys)).most_common(MAX_CHOICES)
        choices[name] = [Choice(known_names[key], count) for key, count in most]
    return choices


def with_chosen(
    searcher: Searcher, matching: Query, name: str, choices: Sequence[Choice], chosen: Iterable[str]
) -> Sequence[Choice]:
    """Count also those chosen values that are not among the most frequent."""
    known = {choice.value for choice in choices}
    rare = [value for value in chosen if value not in known]
    counts = (_counted_value(searcher, matching, name, value) for value in rare)
    return [*choices, *(choice for choice in counts if choice.count)]


def _counted_value(searcher: Searcher, matching: Query, name: str, value: str) -> Choice:
    has_value = Query.term_query(schema(), f"{name}_name", value)
    both = Query.boolean_query([(Occur.Must, matching), (Occur.Must, has_value)])
    return Choice(value, searcher.search(both, 1).count)  # type: ignore[attr-defined]

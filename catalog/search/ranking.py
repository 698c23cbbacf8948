"""The socket of the ranking and recommendation subsystem.

SEARCH_RANKER is a dotted path to `rank(query, ids, scores, features) -> scores`: the
text asked for, the ids and scores of the best matches, and what is known of each item
(a dict by id). It returns one new score per id; the highest comes first. It is called
for sort=relevance only, before the cache, never with stock or anything else that must
be live.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from catalog.models import Item

# How many of the best matches the ranker may reorder.
CANDIDATES = 200

Features = Mapping[int, Mapping[str, Any]]
Ranker = Callable[[str, Sequence[int], Sequence[float], Features], Sequence[float]]


def by_relevance(
    query: str, ids: Sequence[int], scores: Sequence[float], features: Features
) -> Sequence[float]:
    """The default: the order that the search engine gave."""
    return scores


def prefer_pictures(
    query: str, ids: Sequence[int], scores: Sequence[float], features: Features
) -> Sequence[float]:
    """An example: items that have a picture count for a tenth more."""
    return [
        score * (1.1 if features[pk]["has_image"] else 1.0)
        for pk, score in zip(ids, scores, strict=True)
    ]


def rerank(query: str, ids: list[int], scores: list[float]) -> list[int]:
    """Return the ids as the configured ranker orders the best of them."""
    ranker = _ranker(settings.SEARCH_RANKER)
    if ranker is by_relevance or not query:
        return ids
    best, rest = ids[:CANDIDATES], ids[CANDIDATES:]
    new_scores = ranker(query, best, scores[:CANDIDATES], _features(best))
    ranked = sorted(zip(new_scores, best, strict=True), key=lambda pair: -pair[0])
    return [pk for _, pk in ranked] + rest


@lru_cache
def _ranker(path: str) -> Ranker:
    return import_string(path)


def _features(ids: Sequence[int]) -> Features:
    known = ("pk", "name", "brand", "category", "price", "image")
    rows = Item.objects.filter(pk__in=ids).values(*known)
    return {row["pk"]: {**row, "has_image": bool(row["image"])} for row in rows}

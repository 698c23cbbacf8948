"""The plug-in of the ranking subsystem.

SEARCH_RANKER is a dotted path to `rank(query, ids, scores, features) -> scores`: the text
of the query, the ids and scores of the best hits, and the features of each item (a dict by
id). It returns one new score per id; the highest comes first. It is called for
sort=relevance only, before the cache, never with stock or anything else that must be live.
It may take SEARCH_RANKER_BUDGET_MS; when it takes longer, fails or returns invalid scores,
the order of the search engine stands.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from math import isfinite, log1p
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Item
from shop.core.plugins import call_plugin, import_plugin

# How many of the best hits the ranker may reorder.
MAX_RERANKED = 200

Features = Mapping[int, Mapping[str, Any]]


def by_relevance(
    query: str, ids: Sequence[int], scores: Sequence[float], features: Features
) -> Sequence[float]:
    """Return the scores of the search engine; the default ranker."""
    return scores


def by_linear_model(
    query: str, ids: Sequence[int], scores: Sequence[float], features: Features
) -> Sequence[float]:
    """Return the scores of a linear model; an example of a ranker.

    Its three weights are loaded once from a file beside this one.
    """
    weights = _linear_model()
    return [
        weights["score"] * log1p(max(score, 0.0))
        + weights["has_image"] * bool(features[item_id]["image"])
        + weights["units"] * log1p(features[item_id]["units"])
        for item_id, score in zip(ids, scores, strict=True)
    ]


def is_reranked() -> bool:
    """Return whether a ranker other than the search engine's own is configured."""
    return import_plugin(settings.SEARCH_RANKER) is not by_relevance


def rerank(query: str, ids: list[int], scores: list[float]) -> list[int]:
    """Return the ids in the order of the configured ranker, which sees the first MAX_RERANKED."""
    if not is_reranked() or not query or not ids:
        return ids
    best, rest = ids[:MAX_RERANKED], ids[MAX_RERANKED:]
    new_scores = call_plugin(
        settings.SEARCH_RANKER,
        *(query, best, scores[:MAX_RERANKED], _features(best)),
        timeout_ms=settings.SEARCH_RANKER_BUDGET_MS,
        check=lambda new_scores: _checked_scores(new_scores, len(best)),
        default=[-float(rank) for rank in range(len(best))],
    )
    ranked = sorted(zip(new_scores, best, strict=True), key=lambda pair: -pair[0])
    return [item_id for _, item_id in ranked] + rest


def _checked_scores(scores: Sequence[float], count: int) -> list[float]:
    scores = [float(score) for score in scores]
    if len(scores) != count or not all(map(isfinite, scores)):
        raise ValueError(f"The ranker must return {count} finite scores.")
    return scores


def _features(ids: Sequence[int]) -> Features:
    names = ("pk", "name", "brand", "category", "price", "image", "popularity__units")
    rows = Item.objects.filter(pk__in=ids).values(*names)
    features = {row["pk"]: {**row, "units": row["popularity__units"] or 0} for row in rows}
    deleted: dict[str, Any] = dict.fromkeys(names, "") | {"price": 0, "units": 0}
    return {item_id: features.get(item_id, deleted) for item_id in ids}


@cache
def _linear_model() -> Mapping[str, float]:
    return json.loads(Path(__file__).with_name("linear_model.json").read_text())

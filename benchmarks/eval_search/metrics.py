"""The scores of a ranking, with bootstrap intervals.

nDCG (Järvelin and Kekäläinen 2002) has gains of 2^rating - 1 and is cut at CUT items.
"""

import math
import random
from collections.abc import Sequence

CUT = 10
GOOD = 2  # the rating from which a first result is a success
SEED = 7
RESAMPLES = 2000
WORSE = 0.02  # nDCG that a query has to lose to count as made worse


def ndcg(ranked: Sequence[str], ratings: dict[str, int]) -> float | None:
    """Return the score of a ranking, or None if no item is relevant."""
    ideal = _gains(sorted(ratings.values(), reverse=True))
    return _gains([ratings.get(sku, 0) for sku in ranked]) / ideal if ideal else None


def judged_only(ranked: Sequence[str], ratings: dict[str, int]) -> list[str]:
    """Return the ranking without the items that nobody rated."""
    return [sku for sku in ranked if sku in ratings]


def is_success(ranked: Sequence[str], ratings: dict[str, int]) -> bool:
    """Return whether the first item is good."""
    return bool(ranked) and ratings.get(ranked[0], 0) >= GOOD


def mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean, by resampling the queries (Efron 1979)."""
    chance = random.Random(SEED)
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def share_worse(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the share of queries that lose more than WORSE."""
    return mean([new < old - WORSE for old, new in zip(before, after, strict=True)])


def _gains(ratings: Sequence[int]) -> float:
    return sum((2**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(ratings[:CUT]))

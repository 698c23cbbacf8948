"""Choosing the warehouses of one order: pure functions, nothing read, nothing written.

A strategy takes (lines, availability, destination, warehouses) and returns an
Assignment. ASSIGNMENT_STRATEGY names one of STRATEGIES or a dotted path to another
function of that form, which may carry a `version`. What it returns is validated under
the lock, so a wrong answer costs an order nothing but time.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from warehouses.strategies.counting_costs import cheapest, foresighted
from warehouses.strategies.counting_parcels import fewest_parcels, round_robin
from warehouses.strategies.terms import (
    DEFAULT_WEIGHT,
    MILLS,
    Assignment,
    Availability,
    Candidate,
    Considered,
    Line,
    Pick,
    Rejection,
    Strategy,
)

STRATEGIES: dict[str, Strategy] = {
    "round_robin": round_robin,
    "fewest_parcels": fewest_parcels,
    "cheapest": cheapest,
    "foresighted": foresighted,
}


def chosen_strategy() -> tuple[str, int, Strategy]:
    """Return the name, version and function that ASSIGNMENT_STRATEGY says."""
    name = settings.ASSIGNMENT_STRATEGY
    return name, *strategy_named(name)


def strategy_named(name: str) -> tuple[int, Strategy]:
    """Return the version and function of a strategy."""
    strategy = STRATEGIES.get(name) or import_string(name)
    return getattr(strategy, "version", 1), strategy


def counts_costs(name: str) -> bool:
    """Whether the decisions of a strategy can be compared by what they cost."""
    return name in {"cheapest", "foresighted"}


__all__ = [
    "DEFAULT_WEIGHT",
    "MILLS",
    "STRATEGIES",
    "Assignment",
    "Availability",
    "Candidate",
    "Considered",
    "Line",
    "Pick",
    "Rejection",
    "Strategy",
    "chosen_strategy",
    "counts_costs",
    "strategy_named",
]

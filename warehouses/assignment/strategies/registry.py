"""Choosing the warehouses of one order: pure functions, nothing read, nothing written.

A strategy takes (lines, availability, destination, warehouses) and returns an
Assignment. ASSIGNMENT_STRATEGY names one of STRATEGIES or a dotted path to another
function of that form, which may carry a `version`: an external service, as a model that
has learnt. That is asked before any lock is taken, from an unlocked look, and has
ASSIGNMENT_BUDGET_MS (warehouses.assignment.external). What it proposes is validated under the lock;
where it is late, fails or proposes what cannot be, `cheapest` decides.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels, round_robin
from warehouses.assignment.strategies.types import (
    DEFAULT_WEIGHT,
    Assignment,
    Availability,
    Candidate,
    Considered,
    Line,
    Pick,
    Rejection,
    Strategy,
)
from warehouses.delivery.money import MILLS, in_major

STRATEGIES: dict[str, Strategy] = {
    "round_robin": round_robin,
    "fewest_parcels": fewest_parcels,
    "cheapest": cheapest,
    "foresighted": foresighted,
}


def chosen_strategy() -> str:
    """Return which of STRATEGIES decides; `cheapest` where an external one only proposes."""
    name = settings.ASSIGNMENT_STRATEGY
    return name if name in STRATEGIES else "cheapest"


def external_strategy() -> str | None:
    """Return the dotted path of the external service that proposes, if there is one."""
    name = settings.ASSIGNMENT_STRATEGY
    return None if name in STRATEGIES else name


def version_of(name: str) -> int:
    """Return the version that a strategy carries; 1 where that is no whole number."""
    version = getattr(STRATEGIES.get(name) or import_string(name), "version", 1)
    return version if isinstance(version, int) and 0 <= version < 2**31 else 1


def decides_by_cost() -> bool:
    """Whether it is known beforehand who decides, and that a cheaper decision is a better one."""
    return external_strategy() is None and chosen_strategy() != "round_robin"


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
    "decides_by_cost",
    "external_strategy",
    "in_major",
    "version_of",
]

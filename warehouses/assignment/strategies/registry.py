"""The assignment strategies by name: pure functions that choose the warehouses of one order.

A strategy takes (lines, availability, destination, warehouses) and returns an
Assignment. ASSIGNMENT_STRATEGY names one of STRATEGIES or a dotted path to another
function of that form, which may carry a `version`: an external service, such as a learned
model. It is called before any lock is taken, with stock read without a lock, and has
ASSIGNMENT_BUDGET_MS (warehouses.assignment.external). Its proposal is validated under the
lock; where it is late, fails or proposes an infeasible assignment, `cheapest` decides.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels, round_robin
from warehouses.assignment.strategies.types import Strategy

STRATEGIES: dict[str, Strategy] = {
    "round_robin": round_robin,
    "fewest_parcels": fewest_parcels,
    "cheapest": cheapest,
    "foresighted": foresighted,
}

# The strategy of a decision that staff have made.
STAFF = "staff"


def built_in_strategy_name() -> str:
    """Return the name of the strategy that decides; `cheapest` beside an external service."""
    name = settings.ASSIGNMENT_STRATEGY
    return name if name in STRATEGIES else "cheapest"


def external_strategy_path() -> str | None:
    """Return the dotted path of the external service; None where the settings name none."""
    name = settings.ASSIGNMENT_STRATEGY
    return None if name in STRATEGIES else name


def strategy_version(name: str) -> int:
    """Return the version of a strategy; 1 where it has none or one that is no whole number."""
    if name == STAFF:
        return 1
    version = getattr(STRATEGIES.get(name) or import_string(name), "version", 1)
    return version if isinstance(version, int) and 0 <= version < 2**31 else 1


def decides_by_cost() -> bool:
    """Return whether a built-in strategy decides, and prefers the cheaper of two sets."""
    return external_strategy_path() is None and built_in_strategy_name() != "round_robin"

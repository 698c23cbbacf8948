"""An external assignment service: its time limit, and the validation of its proposals."""

import sys
from itertools import repeat
from threading import Event

import numpy
import pytest

from shop.core import plugins
from tests.support.factories import UserFactory, given_stock
from tests.support.stories import order
from tests.warehouses.inventory.test_receiving import place_of
from warehouses.assignment.assigning import assign_orders, orders_to_assign
from warehouses.assignment.strategies.types import Assignment, ConsideredSet, Pick
from warehouses.models import Decision
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")

HERE = "tests.warehouses.assignment.test_external"


def too_much(lines, availability, destination, warehouses):
    """Return picks of more units than are available."""
    return Assignment((Pick(warehouses[0].id, lines[0].item_id, 10**6),), "because")


def unknown_warehouse(lines, availability, destination, warehouses):
    return Assignment((Pick(10**9, lines[0].item_id, 1),), "who?")


def nonsense(lines, availability, destination, warehouses):
    return "Seattle"


def failing(lines, availability, destination, warehouses):
    raise ConnectionError("away")


def unwritable(lines, availability, destination, warehouses):
    picks = (Pick(warehouses[0].id, lines[0].item_id, lines[0].quantity),)
    return Assignment(picks, "\x00", rejected=("Seattle",))


def _proposing(quantity, **fields):
    def propose(lines, availability, destination, warehouses):
        picks = (Pick(warehouses[0].id, lines[0].item_id, quantity),)
        return Assignment(picks, **({"reason": "because"} | fields))

    return propose


halves, not_a_number, incomplete = _proposing(1.5), _proposing(float("nan")), _proposing(1)
surrogate, without_end = (
    _proposing(2, reason="\ud800"),
    _proposing(2, considered=(ConsideredSet((), 10**400, 0),)),
)
amounts_in_words = _proposing(2, considered=(ConsideredSet(("SEA1",), "a", "b"),))  # type: ignore[arg-type]
a_text_of_codes = _proposing(2, considered=(ConsideredSet("SEA1", 1, 2),))  # type: ignore[arg-type]


def empty(lines, availability, destination, warehouses):
    return Assignment((), "no")


def endless(lines, availability, destination, warehouses):
    return Assignment(repeat(Pick(warehouses[0].id, lines[0].item_id, 1)), "on and on")  # type: ignore[arg-type]


def exiting(lines, availability, destination, warehouses):
    sys.exit(3)


def clearing_inputs(lines, availability, destination, warehouses):
    availability.clear()
    lines.clear()


hung = Event()


def hanging(lines, availability, destination, warehouses):
    hung.wait(20)


stuck = Event()


def stuck_for_good(lines, availability, destination, warehouses):
    stuck.wait(20)


def numpy_units(lines, availability, destination, warehouses):
    units = numpy.int64(lines[0].quantity)
    return Assignment([Pick(warehouses[0].id, lines[0].item_id, units)], "learnt")  # type: ignore[arg-type]


numpy_units.version = "2026-11 beta"  # type: ignore[attr-defined]


def last_warehouse(lines, availability, destination, warehouses):
    last = warehouses[-1]
    picks = (Pick(last.id, line.item_id, line.quantity) for line in lines)
    return Assignment(tuple(picks), "A feeling.")


@pytest.mark.parametrize(
    "bad",
    [
        *("too_much", "unknown_warehouse", "nonsense", "failing", "hanging", "unwritable"),
        *("halves", "not_a_number", "incomplete", "empty", "surrogate", "without_end"),
        *("amounts_in_words", "a_text_of_codes", "exiting", "clearing_inputs", "endless"),
    ],
)
def test_cheapest_decides_where_an_external_service_fails(alice, lamp, seattle, settings, bad):
    settings.ASSIGNMENT_STRATEGY = f"{HERE}.{bad}"
    settings.ASSIGNMENT_BUDGET_MS = 100
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    assign_submitted_orders()
    hung.set()

    assert place_of(lamp, seattle) == (5, 3)
    assert placed.warehouse_orders.get().decision["strategy"] == "cheapest"


def test_a_proposal_may_have_any_type_of_whole_numbers(alice, lamp, seattle, settings):
    settings.ASSIGNMENT_STRATEGY = f"{HERE}.numpy_units"
    given_stock({lamp: 5}, seattle)
    placed = order(alice, {lamp: 2})

    assign_submitted_orders()

    assert placed.warehouse_orders.get().decision["strategy"] == f"{HERE}.numpy_units"
    assert Decision.objects.get().version == 1


def test_a_service_that_hung_is_called_again(alice, bob, lamp, seattle, settings, monkeypatch):
    monkeypatch.setattr(plugins, "HANG_SECONDS", 0.0)
    settings.ASSIGNMENT_BUDGET_MS = 20
    given_stock({lamp: 90}, seattle)
    stuck.clear()
    settings.ASSIGNMENT_STRATEGY = f"{HERE}.stuck_for_good"
    for customer in UserFactory.create_batch(2 * plugins.MAX_CALLS):
        order(customer, {lamp: 1})
    assign_submitted_orders()

    settings.ASSIGNMENT_STRATEGY, settings.ASSIGNMENT_BUDGET_MS = f"{HERE}.last_warehouse", 1000
    placed = order(alice, {lamp: 1})
    assign_submitted_orders()
    stuck.set()

    assert placed.warehouse_orders.get().decision["strategy"] == f"{HERE}.last_warehouse"


def test_the_decision_names_the_external_service(alice, lamp, seattle, dallas, settings):
    settings.ASSIGNMENT_STRATEGY = f"{HERE}.last_warehouse"
    given_stock({lamp: 5}, seattle)
    given_stock({lamp: 5}, dallas)
    placed = order(alice, {lamp: 2})

    assign_submitted_orders()

    decision = placed.warehouse_orders.get().decision
    assert decision["strategy"] == settings.ASSIGNMENT_STRATEGY
    assert decision["reason"] == "A feeling."


def test_a_proposal_that_is_out_of_date_is_ignored(alice, bob, lamp, seattle, settings):
    settings.ASSIGNMENT_STRATEGY = f"{HERE}.last_warehouse"
    given_stock({lamp: 3}, seattle)
    first, second = order(alice, {lamp: 2}), order(bob, {lamp: 1})
    stale = {second.pk: Assignment((Pick(seattle.pk, lamp.pk, 9),), "")}

    assign_orders(order_ids=[first.pk, second.pk], proposals=stale)

    assert second.warehouse_orders.get().decision["strategy"] == "cheapest"
    assert orders_to_assign() == []

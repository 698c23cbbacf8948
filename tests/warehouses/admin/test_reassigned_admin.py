"""Admin page of a reassignment: the assignment that it replaced."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.support.factories import given_stock
from tests.support.stories import order_and_assign
from warehouses.admin.decision_inputs import render_replaced
from warehouses.models import Decision

DECISIONS = "/admin/warehouses/decision/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reassignment(alice, lamp, seattle) -> Decision:
    """The reassignment of an order of two lamps that Seattle ships."""
    given_stock({lamp: 2}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})
    return Decision.objects.create(
        order=placed,
        kind=Decision.Kind.REASSIGNED,
        strategy="cheapest",
        version=3,
        inputs=placed.decisions.get().inputs,
        outputs=placed.decisions.get().outputs,
    )


def url_of(decision: Decision) -> str:
    return f"{DECISIONS}{decision.pk}/change/"


def record_replaced(reassignment: Decision, **before) -> None:
    """Record the assignment that the reassignment replaced."""
    reassignment.inputs["before"] = before
    reassignment.save(update_fields=["inputs"])


def test_a_reassignment_shows_what_it_replaced(desk, reassignment, lamp, seattle):
    record_replaced(reassignment, picks=[[seattle.pk, lamp.pk, 2]], cost=900_000, saved=340_000)

    page = desk.get(url_of(reassignment))

    assertContains(page, "Before: 2 × Brass desk lamp from SEA1, $3.40 dearer.")
    assertNotContains(page, "Exchanged")


def test_closed_warehouses_are_read_in_one_query(
    desk, reassignment, lamp, dallas, west, east, django_assert_num_queries
):
    closed = [[warehouse.pk, lamp.pk, 1] for warehouse in (dallas, west, east)]
    record_replaced(reassignment, picks=closed, saved=-52_000)

    with django_assert_num_queries(1):
        render_replaced(reassignment)

    assertContains(
        desk.get(url_of(reassignment)),
        "Before: 1 × Brass desk lamp from DAL1, 1 × Brass desk lamp from WEST,"
        " 1 × Brass desk lamp from EAST, $0.52 cheaper.",
    )


def test_the_order_it_was_exchanged_with_is_linked(desk, reassignment, lamp, seattle):
    picks = [[seattle.pk, lamp.pk, 2]]
    record_replaced(reassignment, picks=picks, saved=1, **{"with": ["12-34"]})

    page = desk.get(url_of(reassignment))

    assertContains(page, '<a href="/admin/orders/order/?q=12-34">order 12-34</a>', html=True)


@pytest.mark.parametrize(
    "before", ["x", 7, [], {"picks": "x"}, {"picks": [["a", "b", "c"]]}, {"picks": [[1, 2]]}]
)
def test_a_record_of_another_form_is_not_interpreted(desk, reassignment, before):
    Decision.objects.filter(pk=reassignment.pk).update(
        inputs=reassignment.inputs | {"before": before}
    )

    assertContains(desk.get(url_of(reassignment)), "The previous plan was not recorded.")


def test_a_first_decision_replaced_nothing(desk, reassignment):
    first = reassignment.order.decisions.get(kind=Decision.Kind.ASSIGNED)

    assertNotContains(desk.get(url_of(first)), "revious plan")
    assertContains(desk.get(url_of(reassignment)), "The previous plan was not recorded.")

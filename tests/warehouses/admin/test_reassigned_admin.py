import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.support.factories import given_stock
from tests.support.stories import assigned
from warehouses.admin.decision_inputs import render_replaced
from warehouses.models import Decision

DECISIONS = "/admin/warehouses/decision/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(alice, lamp, seattle) -> Decision:
    """An order of two lamps that Seattle ships, on second thoughts."""
    given_stock({lamp: 2}, seattle)
    placed, _ = assigned(alice, {lamp: 2})
    return Decision.objects.create(
        order=placed,
        kind=Decision.Kind.REASSIGNED,
        strategy="cheapest",
        version=3,
        inputs=placed.decisions.get().inputs,
        outputs=placed.decisions.get().outputs,
    )


def note(second: Decision, **before) -> str:
    """Note what it replaced, and return the address of its page."""
    second.inputs["before"] = before
    second.save(update_fields=["asked"])
    return f"{DECISIONS}{second.pk}/change/"


def test_a_second_thought_says_what_it_replaced(desk, second, lamp, seattle):
    url = note(second, picks=[[seattle.pk, lamp.pk, 2]], cost=900_000, saved=340_000)

    page = desk.get(url)

    assertContains(page, "Before: 2 × Brass desk lamp from SEA1, $3.40 dearer.")
    assertNotContains(page, "Exchanged")


def test_warehouses_that_have_closed_are_looked_up_all_at_once(
    desk, second, lamp, dallas, west, east, django_assert_num_queries
):
    closed = [[one.pk, lamp.pk, 1] for one in (dallas, west, east)]
    url = note(second, picks=closed, saved=-52_000)

    with django_assert_num_queries(1):
        render_replaced(second)

    assertContains(
        desk.get(url),
        "Before: 1 × Brass desk lamp from DAL1, 1 × Brass desk lamp from WEST,"
        " 1 × Brass desk lamp from EAST, $0.52 cheaper.",
    )


def test_who_it_was_exchanged_with_is_linked(desk, second, lamp, seattle):
    page = desk.get(note(second, picks=[[seattle.pk, lamp.pk, 2]], saved=1, **{"with": ["12-34"]}))

    assertContains(page, '<a href="/admin/orders/order/?q=12-34">order 12-34</a>', html=True)


@pytest.mark.parametrize(
    "before", ["x", 7, [], {"picks": "x"}, {"picks": [["a", "b", "c"]]}, {"picks": [[1, 2]]}]
)
def test_what_was_noted_otherwise_is_not_guessed_at(desk, second, before):
    second.inputs["before"] = before
    second.save(update_fields=["asked"])

    assertContains(desk.get(f"{DECISIONS}{second.pk}/change/"), "What it replaced was not noted.")


def test_a_first_decision_replaced_nothing(desk, second):
    first = second.order.decisions.get(kind=Decision.Kind.ASSIGNED)

    assertNotContains(desk.get(f"{DECISIONS}{first.pk}/change/"), "What it replaced")
    assertContains(desk.get(f"{DECISIONS}{second.pk}/change/"), "What it replaced was not noted.")

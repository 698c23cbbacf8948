"""Holds and new customers in the admin: seen, ended with a reason, trusted."""

import pytest
from django.contrib.auth.models import Permission
from pytest_django.asserts import assertContains, assertNotContains

from orders.models import Checkout, Newcomer
from orders.newcomers import record_newcomer
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import hold

HOLDS, NEWCOMERS = "/admin/orders/checkout/", "/admin/orders/newcomer/"

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def hoarder(db):
    customer = UserFactory(email="hoarder@example.com")
    record_newcomer(customer=customer, network="203.0.113.7")
    return customer


def end(desk, *checkouts, **inputs):
    keys = [checkout.pk for checkout in checkouts]
    return desk.post(HOLDS, {"action": "end", "_selected_action": keys, **inputs}, follow=True)


def test_the_list_shows_the_greatest_hold_first(desk, alice, hoarder, lamp):
    given_stock({lamp: 40})
    hold(alice, {lamp: 1})
    hold(hoarder, {lamp: 9})

    rows = desk.get(HOLDS).context["cl"].result_list

    assert [(row.customer, row.units) for row in rows] == [(hoarder, 9), (alice, 1)]
    assertContains(desk.get(HOLDS), "203.0.113.7")
    new = desk.get(HOLDS, {"new": "1"}).context["cl"].result_list
    assert [row.customer for row in new] == [hoarder]
    by_network = desk.get(HOLDS, {"q": "203.0.113.7"}).context["cl"].result_list
    assert [row.customer for row in by_network] == [hoarder]


def test_staff_end_a_hold_with_a_reason(desk, clerk, hoarder, lamp, security_events):
    given_stock({lamp: 40})
    checkout = hold(hoarder, {lamp: 9})

    assertContains(end(desk, checkout), "End these holds")
    assertContains(end(desk, checkout, confirmed="1"), "This field is required")
    assert stock_left(lamp) == (31,)
    page = end(desk, checkout, confirmed="1", reason="Six accounts of one hoarder")

    assertContains(page, "is over and its units are on sale")
    assert stock_left(lamp) == (40,)
    checkout.refresh_from_db()
    assert checkout.status == Checkout.Status.CANCELLED
    (event,) = security_events.of("hold_ended_by_staff")
    assert event["user.id"] == clerk.pk
    assert event["labels"] == {"checkout": checkout.pk, "customer": hoarder.pk}


def test_a_hold_that_is_over_cannot_be_ended(desk, hoarder, lamp):
    given_stock({lamp: 40})
    checkout = hold(hoarder, {lamp: 9})
    end(desk, checkout, confirmed="1", reason="Once")
    assertNotContains(end(desk, checkout, confirmed="1", reason="Twice"), "are on sale")


def test_staff_trust_a_new_customer(desk, hoarder, security_events):
    assertContains(desk.get(NEWCOMERS), "hoarder@example.com")
    choice = {"action": "trust", "_selected_action": [hoarder.pk], "confirmed": "1"}
    assertContains(desk.post(NEWCOMERS, choice, follow=True), "the limits of a known customer")
    assert not Newcomer.objects.exists()
    assert len(security_events.of("customer_trusted_by_staff")) == 1


def test_viewers_only_look(client, clerk, hoarder, lamp):
    given_stock({lamp: 40})
    checkout = hold(hoarder, {lamp: 9})
    clerk.is_superuser = False
    clerk.save()
    clerk.user_permissions.add(Permission.objects.get(codename="view_checkout"))
    client.force_login(clerk)
    assertContains(client.get(f"{HOLDS}{checkout.pk}/change/"), "203.0.113.7")
    end(client, checkout, confirmed="1", reason="Not mine to do")
    assert stock_left(lamp) == (31,)


def test_the_lists_take_few_queries(desk, lamp, django_assert_max_num_queries):
    given_stock({lamp: 400})
    for _ in range(12):
        customer = UserFactory()
        record_newcomer(customer=customer, network=customer.email)
        hold(customer, {lamp: 2})
    for page in (HOLDS, NEWCOMERS):
        with django_assert_max_num_queries(8):
            assert len(desk.get(page).context["cl"].result_list) == 12

"""Items saved for later, and moved back to the cart."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from cart import saved_items
from cart.models import CartItem, SavedItem
from catalog.items import update_item
from tests.support.factories import given_stock, stock_left
from tests.support.stories import put_in_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice_at_her_cart(client, alice, lamp):
    given_stock({lamp: 5})
    put_in_cart(alice, {lamp: 3})
    client.force_login(alice)
    return client


def post(client, action, item):
    return client.post(reverse(f"cart:{action}", args=[item.pk]), follow=True)


def in_cart() -> dict[str, int]:
    return dict(CartItem.objects.values_list("item__sku", "quantity"))


def saved() -> dict[str, int]:
    return dict(SavedItem.objects.values_list("item__sku", "quantity"))


def test_a_line_is_saved_for_later_and_moved_back(alice_at_her_cart, lamp):
    page = post(alice_at_her_cart, "save", lamp)

    assertContains(page, "Saved for later")
    assert (in_cart(), saved()) == ({}, {"LAMP": 3})

    post(alice_at_her_cart, "move-saved-item", lamp)

    assert (in_cart(), saved()) == ({"LAMP": 3}, {})


def test_pressing_twice_changes_nothing_more(alice_at_her_cart, lamp):
    for action in ("save", "save", "move-saved-item", "move-saved-item"):
        post(alice_at_her_cart, action, lamp)

    assert (in_cart(), saved()) == ({"LAMP": 3}, {})


def test_a_saved_item_moves_back_with_as_many_units_as_are_left(alice_at_her_cart, bob, lamp):
    post(alice_at_her_cart, "save", lamp)
    lamp.aggregated_stock.stock = 2
    lamp.aggregated_stock.save()

    page = post(alice_at_her_cart, "move-saved-item", lamp)

    assertContains(page, "Brass desk lamp: together you wanted 3, but only 2 can be had.")
    assert (in_cart(), saved(), stock_left(lamp)) == ({"LAMP": 2}, {}, (2,))


@pytest.mark.parametrize("loss", ["sold out", "not sold any more"])
def test_a_saved_item_that_cannot_be_bought_stays_saved(alice_at_her_cart, lamp, loss):
    post(alice_at_her_cart, "save", lamp)
    if loss == "sold out":
        lamp.aggregated_stock.stock = 0
        lamp.aggregated_stock.save()
    else:
        update_item(item_id=lamp.pk, is_active=False)

    post(alice_at_her_cart, "move-saved-item", lamp)

    assert (in_cart(), saved()) == ({}, {"LAMP": 3})


def test_a_saved_item_can_be_deleted(alice_at_her_cart, lamp):
    post(alice_at_her_cart, "save", lamp)
    post(alice_at_her_cart, "delete-saved-item", lamp)

    assert (in_cart(), saved()) == ({}, {})


def test_a_visitors_saved_items_are_merged_at_sign_in(client, alice, lamp, rug):
    alice.set_password("correct horse battery")
    alice.save()
    given_stock({lamp: 5, rug: 5})
    put_in_cart(alice, {lamp: 2})
    saved_items.save_for_later(cart=alice.cart, item_id=lamp.pk)
    for item in (lamp, rug):
        client.post(reverse("cart:add", args=[item.pk]), {"quantity": 1})
        post(client, "save", item)

    client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})

    assert {(s.cart.customer, s.item.sku, s.quantity) for s in SavedItem.objects.all()} == {
        (alice, "LAMP", 2),
        (alice, "RUG", 1),
    }


def test_too_many_saved_items_are_refused_with_a_message(alice_at_her_cart, lamp, monkeypatch):
    monkeypatch.setattr(saved_items, "MAX_LINES", 0)

    page = post(alice_at_her_cart, "save", lamp)

    assertContains(page, "takes at most 0 different items")
    assert in_cart() == {"LAMP": 3}


def test_another_customers_lines_cannot_be_saved_or_moved(client, alice_at_her_cart, mallory, lamp):
    client.force_login(mallory)

    for action in ("save", "move-saved-item", "delete-saved-item"):
        post(client, action, lamp)

    assert (in_cart(), saved()) == ({"LAMP": 3}, {})

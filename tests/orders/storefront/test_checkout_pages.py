"""Pages of the checkout: address, hold, review, order."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from cart.cart import cart_of
from orders.models import Checkout, Order
from orders.storefront import checkout as checkout_views
from orders.storefront.session_address import SESSION_KEY
from shop.core.db.transactions import Busy
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, expire_hold, hold, order, put_in_cart

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]

NONSENSE = ["\x00", "x" * 5000, "😀", "שלום", "\r\nSet-Cookie: a=b", "<b>&\"'", " "]


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


def give_address(client, **parts):
    return client.post(reverse("orders:checkout"), ADDRESS | parts, follow=True)


def place_order(client, checkout, **options):
    address = client.session[SESSION_KEY]
    fields = {"checkout": checkout.pk, "address": checkout_views.digest_of(address)}
    return client.post(reverse("orders:place-order"), fields, follow=True, **options)


def test_checkout_requires_a_sign_in_and_returns_to_itself(client):
    assertRedirects(client.get("/checkout/"), "/accounts/login/?next=/checkout/")


def test_the_address_comes_before_the_hold(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    page = shopper.get("/checkout/")

    assertContains(page, 'autocomplete="postal-code"')
    assertContains(page, "nothing is held yet")
    assert stock_left(lamp) == (10,)


def test_an_address_begins_the_hold_and_leads_to_the_review(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    page = give_address(shopper)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "400 Broad St")
    assertContains(page, "$149.85")
    assertContains(page, "(10 minutes)")
    assertContains(page, 'data-seconds-left="600"')
    assert stock_left(lamp) == (7,)


def test_an_invalid_address_is_shown_again_with_its_errors_and_holds_nothing(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    page = give_address(shopper, postal_code="nope", city="Sea 🌊 ttle")

    assert page.status_code == 422
    assertContains(page, 'aria-describedby="id_postal_code_error"', status_code=422)
    assertContains(page, "Sea 🌊 ttle", status_code=422)
    assert stock_left(lamp) == (10,)


@pytest.mark.parametrize("part", [*ADDRESS, "unknown"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_an_address_is_never_an_error(shopper, alice, lamp, part, nonsense):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    assert give_address(shopper, **{part: nonsense}).status_code in {200, 422}


def test_the_form_is_filled_with_the_address_of_the_last_order(shopper, alice, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    order(alice, {lamp: 1})
    put_in_cart(alice, {rug: 1})

    assertContains(shopper.get("/checkout/"), 'value="400 Broad St"')


def test_an_empty_cart_redirects_to_the_cart(shopper, alice):
    cart_of(alice)

    for page in (shopper.get("/checkout/", follow=True), give_address(shopper)):
        assertRedirects(page, "/cart/")
        assertContains(page, "There is nothing in your cart to check out.")


def test_shortages_are_shown_with_the_units_left_and_nothing_is_held(
    shopper, alice, bob, lamp, rug
):
    given_stock({lamp: 5, rug: 1})
    put_in_cart(alice, {lamp: 4, rug: 1})
    hold(bob, {lamp: 3, rug: 1})

    page = give_address(shopper)

    assertContains(page, "you want 4, 2 left", status_code=409)
    assertContains(page, "you want 1, none left", status_code=409)
    assertContains(shopper.get("/checkout/"), 'value="400 Broad St"')
    assert stock_left(lamp, rug) == (2, 0)


def test_one_click_adjusts_the_cart_and_holds_what_is_left(shopper, alice, bob, lamp, rug):
    given_stock({lamp: 5, rug: 1})
    put_in_cart(alice, {lamp: 4, rug: 1})
    hold(bob, {lamp: 3, rug: 1})
    give_address(shopper)

    page = shopper.post(reverse("orders:hold-left"), follow=True)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "Brass desk lamp: you wanted 4, and 2 are left and in your cart.")
    assertContains(page, "Wool rug: none is left, so it is out of your cart.")
    assert stock_left(lamp, rug) == (0, 0)


def test_adjusting_counts_the_customers_own_hold_as_left(shopper, alice, lamp):
    given_stock({lamp: 3})
    give_address(shopper)
    hold(alice, {lamp: 3})
    set_cart_quantity(alice, lamp, 5)

    page = shopper.post(reverse("orders:hold-left"), follow=True)

    assertContains(page, "you wanted 5, and 3 are left")
    assert Checkout.objects.held().get().lines.get().quantity == 3


def set_cart_quantity(customer, item, quantity):
    cart_of(customer).lines.filter(item=item).update(quantity=quantity)


def test_placing_the_order_shows_the_order(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)

    page = place_order(shopper, Checkout.objects.get())

    assertRedirects(page, Order.objects.get().get_absolute_url())
    assertContains(page, "Received")
    assertContains(page, "Seattle, WA 98109")
    assert cart_of(alice).lines.count() == 0


def test_a_double_click_places_one_order(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)

    pages = [place_order(shopper, Checkout.objects.get()) for _ in range(2)]

    assert {page.redirect_chain[-1] for page in pages} == {
        (Order.objects.get().get_absolute_url(), 302)
    }


def test_back_after_ordering_is_harmless(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    place_order(shopper, Checkout.objects.get())

    assertRedirects(shopper.get("/checkout/review/"), "/cart/")
    assertRedirects(shopper.get("/checkout/"), "/cart/")
    assert Order.objects.count() == 1


def test_after_expiry_one_click_holds_again(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    overdue = Checkout.objects.get()
    expire_hold(overdue)

    page = place_order(shopper, overdue)
    again = shopper.post(reverse("orders:hold-left"), follow=True)

    assertContains(page, "Nothing is held for you just now", status_code=409)
    assertContains(page, "Hold again what is still there", status_code=409)
    assertContains(again, "400 Broad St")
    assert not Order.objects.exists()
    assert stock_left(lamp) == (7,)


def test_an_old_tab_cannot_order_a_hold_that_it_does_not_show(shopper, alice, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    old = Checkout.objects.get()
    put_in_cart(alice, {rug: 1})
    shopper.post(reverse("orders:hold"))

    page = place_order(shopper, old)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "Another hold has taken that one")
    assert not Order.objects.exists()


def test_a_cart_that_differs_from_the_hold_is_a_warning(shopper, alice, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    put_in_cart(alice, {rug: 1})

    assertContains(shopper.get("/checkout/"), "Your cart has changed since.")
    assertContains(shopper.get("/checkout/review/"), "Your cart has changed since this hold began.")


def test_holding_the_same_cart_again_keeps_the_hold_and_its_expiry(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    deadline = Checkout.objects.get().expires_at

    give_address(shopper, city="Tacoma", postal_code="98402")

    assert Checkout.objects.get().expires_at == deadline


def test_a_hold_can_be_cancelled(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)

    page = shopper.post(reverse("orders:cancel-hold"), follow=True)
    again = shopper.post(reverse("orders:cancel-hold"), follow=True)

    assertContains(page, "The items are back on sale.")
    assertContains(again, "Nothing was held for you any more.")
    assert stock_left(lamp) == (10,)


def test_an_old_tab_cannot_order_to_an_address_that_it_does_not_show(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    old_tab = give_address(shopper).context["form"].initial
    give_address(shopper, city="Tacoma", postal_code="98402")

    page = shopper.post(reverse("orders:place-order"), old_tab, follow=True)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "Your address has changed since.")
    assertContains(page, "Tacoma, WA 98402")
    assert not Order.objects.exists()


def test_the_review_posts_the_hold_and_the_address_that_it_shows(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    page = give_address(shopper)

    fields = page.context["form"].initial
    for name, value in fields.items():
        assertContains(page, f'<input type="hidden" name="{name}" value="{value}"', html=False)
    shopper.post(reverse("orders:place-order"), fields)
    assert Order.objects.get().shipping_address == ADDRESS


@pytest.mark.parametrize("address", ["", "x", "9" * 400, "\x00", "😀"])
def test_an_order_with_an_unknown_address_redirects_to_the_review(shopper, alice, lamp, address):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)

    fields = {"checkout": Checkout.objects.get().pk, "address": address}
    page = shopper.post(reverse("orders:place-order"), fields)

    assertRedirects(page, "/checkout/review/")
    assert not Order.objects.exists()


@pytest.mark.parametrize("checkout", ["", "0", "x", "9" * 400, "\x00"])
def test_an_order_with_an_invalid_checkout_redirects_to_the_review(shopper, alice, lamp, checkout):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)

    digest = checkout_views.digest_of(ADDRESS)
    page = shopper.post(reverse("orders:place-order"), {"checkout": checkout, "address": digest})

    assertRedirects(page, "/checkout/review/")


def test_another_customers_checkout_cannot_be_ordered(client, alice, mallory, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    theirs = hold(alice, {lamp: 3})
    put_in_cart(mallory, {rug: 1})
    client.force_login(mallory)
    give_address(client)

    assert place_order(client, theirs).status_code == 404
    assert not Order.objects.exists()


def test_too_many_holds_are_refused_with_a_message(shopper, alice, lamp, rug, settings):
    settings.MAX_HOLDS_PER_HOUR = 1
    given_stock({lamp: 10, rug: 10})
    put_in_cart(alice, {lamp: 3})
    give_address(shopper)
    put_in_cart(alice, {rug: 1})

    page = give_address(shopper)

    assertContains(page, "At most 1 checkouts", status_code=429)


def test_too_many_units_are_refused_with_a_message(shopper, alice, lamp, settings):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    settings.MAX_UNITS_PER_ITEM = 2

    assertContains(give_address(shopper), "At most 2 of Brass desk lamp")


def test_busy_says_to_try_again(shopper, alice, lamp, monkeypatch):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    def busy(**kwargs):
        raise Busy

    monkeypatch.setattr(checkout_views, "begin_checkout", busy)
    page = give_address(shopper)

    assert (page.status_code, page["Retry-After"]) == (503, "2")
    assertContains(page, "Busy just now", status_code=503)


def test_an_action_opened_by_get_redirects_to_the_page_of_its_form(shopper, alice, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})

    assertRedirects(shopper.get(reverse("orders:hold")), "/checkout/")
    assertRedirects(shopper.get(reverse("orders:place-order")), "/checkout/review/")

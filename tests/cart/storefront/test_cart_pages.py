"""Pages of the cart, for visitors and customers."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cart.models import Cart, CartItem
from cart.storefront import request_cart, views
from cart.storefront.request_cart import find_cart
from catalog.items import update_item
from tests.support.factories import ItemFactory, UserFactory, given_stock, stock_left
from tests.support.stories import hold, put_in_cart

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def add(client, item, quantity="1", **fields):
    fields = {"quantity": quantity, **fields}
    return client.post(reverse("cart:add", args=[item.pk]), fields, follow=True)


def update(client, item, quantity):
    url = reverse("cart:update", args=[item.pk])
    return client.post(url, {"quantity": quantity}, follow=True)


def quantities() -> dict[str, int]:
    return dict(CartItem.objects.values_list("item__sku", "quantity"))


def test_a_visitor_gets_a_cart_with_the_first_item(client, lamp):
    given_stock({lamp: 10})

    page = add(client, lamp, "2")

    assertRedirects(page, lamp.get_absolute_url())
    assertContains(page, "2 × Brass desk lamp are in your cart.")
    assertContains(client.get("/cart/"), "$99.90")
    assert Cart.objects.get().customer is None


def test_reading_pages_creates_no_cart(client, lamp):
    client.get("/cart/")
    client.get("/")

    assert not Cart.objects.exists()
    assert not client.session.keys()


def test_adding_redirects_to_the_page_of_the_form(client, lamp):
    given_stock({lamp: 10})

    page = add(client, lamp, next="/search/?q=lamp")

    assertRedirects(page, "/search/?q=lamp")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "\x00", "a" * 9000]
)
def test_adding_never_redirects_to_another_site(client, lamp, elsewhere):
    given_stock({lamp: 10})

    response = client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": 1, "next": elsewhere})

    assert response.status_code == 302
    assert "evil" not in response["Location"]


@pytest.mark.parametrize(
    "nonsense",
    [
        *("foo", "item", "orders", "cart:add", "?q=1", "#x", "é", "a.b.c", "search/"),
        *("javascript:x", "///evil.example", "/\\evil.example", "/\t/evil.example"),
        "/" + "é" * 9000,
    ],
)
def test_adding_redirects_to_the_item_if_next_is_no_path(client, lamp, nonsense):
    given_stock({lamp: 10})

    page = add(client, lamp, next=nonsense)

    assertRedirects(page, lamp.get_absolute_url())
    assert quantities() == {"LAMP": 1}


def test_adding_redirects_to_a_path_in_any_script(client, lamp):
    given_stock({lamp: 10})

    page = add(client, lamp, next="/search/?q=é\r\n[")

    assertRedirects(page, "/search/?q=%C3%A9%0D%0A[")


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "", "two", "1.5", "1e3", "\x00", "9" * 5000, "100", "1000001", "😀"]
)
def test_an_invalid_quantity_is_refused_with_a_message(client, lamp, quantity):
    given_stock({lamp: 10})
    add(client, lamp, "2")

    added = add(client, lamp, quantity)
    updated = update(client, lamp, quantity) if quantity != "0" else added

    assertContains(added, 'class="message error"')
    assertContains(updated, 'class="message error"')
    assert quantities() == {"LAMP": 2}


def test_an_item_out_of_stock_is_refused_with_a_message(client, lamp):
    page = add(client, lamp)

    assertContains(page, "Brass desk lamp is out of stock just now.")
    assert quantities() == {}


def test_a_refused_first_item_leaves_no_cart_behind(client, lamp):
    add(client, lamp)

    assert not Cart.objects.exists()


def test_an_unknown_item_is_not_found(client):
    assert client.post("/cart/items/999/add/", {"quantity": 1}).status_code == 404
    assert client.post(f"/cart/items/{'9' * 30}/add/", {"quantity": 1}).status_code == 404


def test_a_quantity_is_changed_and_zero_removes_the_line(client, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    add(client, lamp, "2")
    add(client, rug, "1")

    update(client, lamp, "5")
    page = update(client, rug, "0")

    assertContains(page, "Wool rug is out of your cart.")
    assert quantities() == {"LAMP": 5}


def test_a_line_is_removed_and_removing_again_is_harmless(client, lamp):
    given_stock({lamp: 10})
    add(client, lamp)

    for _ in range(2):
        client.post(reverse("cart:remove", args=[lamp.pk]))

    assertContains(client.get("/cart/"), "Your cart is empty.")


def test_an_action_opened_by_get_redirects_to_the_cart(client, lamp):
    for name in ("add", "update", "remove"):
        assertRedirects(client.get(reverse(f"cart:{name}", args=[lamp.pk])), "/cart/")


def test_shortages_are_shown_by_line_and_fixed_with_one_click(client, alice, bob, lamp, rug):
    client.force_login(alice)
    given_stock({lamp: 5, rug: 1})
    put_in_cart(alice, {lamp: 4, rug: 1})
    hold(bob, {lamp: 3, rug: 1})

    page = client.get("/cart/")
    fitted = client.post(reverse("cart:fit"), follow=True)

    assertContains(page, "You want 4, and only 2 left")
    assertContains(page, "All in shoppers’ checkouts")
    assertNotContains(fitted, "Wool rug")
    assert [line.quantity for line in Cart.objects.get(customer=alice).lines.all()] == [2]


def test_units_of_the_customers_own_hold_are_not_short(client, alice, lamp):
    client.force_login(alice)
    given_stock({lamp: 3})
    hold(alice, {lamp: 3})

    page = client.get("/cart/")
    client.post(reverse("cart:fit"))

    assertContains(page, "3 held for you")
    assertNotContains(page, "Adjust my cart")
    assert (quantities(), stock_left(lamp)) == ({"LAMP": 3}, (0,))


def test_new_prices_are_shown_until_they_are_accepted(client, lamp):
    given_stock({lamp: 10})
    add(client, lamp)
    update_item(item_id=lamp.pk, price="59.95")

    before = client.get("/cart/")
    after = client.post(reverse("cart:accept-prices"), follow=True)

    assertContains(before, "was $49.95 when you put it in")
    assertNotContains(after, "when you put it in")
    assertContains(after, "$59.95")


def test_an_item_no_longer_sold_can_still_be_removed(client, lamp):
    given_stock({lamp: 10})
    add(client, lamp)
    update_item(item_id=lamp.pk, is_active=False)

    assertContains(client.get("/cart/"), "Out of stock")
    assertContains(update(client, lamp, "3"), "That item is not sold any more.")
    assertContains(update(client, lamp, "0"), "Your cart is empty.")


@pytest.fixture
def lamp_is_just_taken_off_sale(client, lamp, monkeypatch):
    """The lamp is on sale when the view reads it, and off sale when the verb does."""
    given_stock({lamp: 10})
    add(client, lamp, "2")

    def take_off_sale(request):
        update_item(item_id=lamp.pk, is_active=False)
        return find_cart(request)

    monkeypatch.setattr(request_cart, "find_cart", take_off_sale)


@pytest.mark.usefixtures("lamp_is_just_taken_off_sale")
def test_adding_an_item_that_goes_off_sale_meanwhile_is_not_found(client, lamp):
    assert add(client, lamp, "1").status_code == 404
    assert quantities() == {"LAMP": 2}


@pytest.mark.usefixtures("lamp_is_just_taken_off_sale")
def test_updating_an_item_that_goes_off_sale_meanwhile_says_so(client, lamp):
    assertContains(update(client, lamp, "3"), "That item is not sold any more.")
    assert quantities() == {"LAMP": 2}


@pytest.mark.parametrize("action", ["add", "update", "remove", "fit", "accept-prices"])
def test_a_cart_deleted_meanwhile_is_a_message(client, lamp, monkeypatch, action):
    given_stock({lamp: 10})
    add(client, lamp)

    def find_and_delete(request):
        cart = find_cart(request)
        Cart.objects.filter(pk=cart.pk).delete()
        return cart

    monkeypatch.setattr(views, "find_cart", lambda request: True)
    monkeypatch.setattr(request_cart, "find_cart", find_and_delete)
    arguments = [lamp.pk] if action in {"add", "update", "remove"} else []
    response = client.post(reverse(f"cart:{action}", args=arguments), {"quantity": "1"})
    monkeypatch.undo()

    assert response.status_code == 302
    assertContains(client.get("/cart/"), "Your cart has moved")
    assertContains(add(client, lamp), "Brass desk lamp is in your cart.")


def test_another_customers_cart_cannot_be_changed(client, alice, mallory, lamp):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 2})
    client.force_login(mallory)

    update(client, lamp, "9")

    assert Cart.objects.get(customer=alice).lines.get().quantity == 2


def sign_in(client, **fields):
    fields = {"login": "alice@example.com", "password": PASSWORD, **fields}
    return client.post("/accounts/login/", fields, follow=True)


@pytest.fixture
def alice_with_password(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def test_signing_in_merges_the_visitors_cart(client, alice_with_password, lamp, rug):
    given_stock({lamp: 4, rug: 5})
    put_in_cart(alice_with_password, {lamp: 3})
    add(client, lamp, "2")
    add(client, rug, "1")

    page = sign_in(client, next="/cart/")

    assertContains(page, "is now in your account")
    assertContains(page, "Brass desk lamp: together you wanted 5, but only 4 can be had.")
    assert quantities() == {"LAMP": 4, "RUG": 1}
    assert Cart.objects.get().customer == alice_with_password


def test_signing_in_without_a_visitors_cart_shows_no_message(client, alice_with_password):
    assertNotContains(sign_in(client), "is now in your account")


def test_signing_up_keeps_the_visitors_cart(client, lamp):
    given_stock({lamp: 4})
    add(client, lamp, "2")

    client.post(
        "/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD}, follow=True
    )

    assert Cart.objects.get().customer.email == "new@example.com"
    assert quantities() == {"LAMP": 2}


def test_signing_out_leaves_the_cart_with_the_account(client, alice, lamp):
    given_stock({lamp: 4})
    client.force_login(alice)
    add(client, lamp, "2")

    client.post("/accounts/logout/")

    assertContains(client.get("/cart/"), "Your cart is empty.")
    assert Cart.objects.get(customer=alice).lines.count() == 1


def test_every_page_shows_the_number_of_units_in_the_cart(client, lamp):
    given_stock({lamp: 10})
    add(client, lamp, "7")

    assertContains(client.get("/accounts/login/"), '<span class="cart-count">7')


def test_a_page_without_a_cart_runs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/accounts/login/")


def test_a_cart_of_500_lines_takes_as_many_queries_as_one_of_few(
    client, django_assert_max_num_queries
):
    buyer = UserFactory()
    items = ItemFactory.create_batch(500)
    cart = Cart.objects.create(customer=buyer)
    CartItem.objects.bulk_create(
        CartItem(cart=cart, item=item, quantity=1, price_seen=item.price) for item in items
    )
    client.force_login(buyer)

    with django_assert_max_num_queries(6):
        page = client.get("/cart/")

    assertContains(page, "500 units")

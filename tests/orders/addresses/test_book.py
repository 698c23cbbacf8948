"""The address book: its verbs, its pages, and its use in the checkout."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from orders.addresses.book import change_address, remove_address, save_address, use_address
from orders.exceptions import AddressBookFull
from orders.models import Address, Checkout
from orders.storefront.session_address import SESSION_KEY
from shop.core.db.transactions import run_transaction
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, put_in_cart

pytestmark = pytest.mark.django_db

TACOMA = ADDRESS | {"line1": "1 Pacific Ave", "city": "Tacoma", "postal_code": "98402"}
BERLIN = {
    "name": "Alice",
    "line1": "Unter den Linden 1",
    "line2": "",
    "city": "Berlin",
    "region": "",
    "postal_code": "10117",
    "country": "DE",
}
ADDRESSES, ADD = "/accounts/addresses/", "/accounts/addresses/add/"


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def buyer(shopper, alice, lamp):
    """Alice, in her browser, with a lamp in her cart."""
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 3})
    return shopper


def keep_addresses(customer, *addresses) -> list[Address]:
    for address in addresses:
        save_address(customer=customer, address=address)
    own_addresses = Address.objects.filter(customer=customer)
    return [own_addresses.get(line1=address["line1"]) for address in addresses]


def book_of(customer) -> list[str]:
    return [address.line1 for address in Address.objects.filter(customer=customer)]


def test_an_address_is_saved_once_and_the_address_used_last_is_first(alice):
    seattle, _ = keep_addresses(alice, ADDRESS, TACOMA)
    save_address(customer=alice, address=ADDRESS)

    assert book_of(alice) == ["400 Broad St", "1 Pacific Ave"]
    use_address(customer=alice, address_id=Address.objects.get(city="Tacoma").pk)
    assert book_of(alice) == ["1 Pacific Ave", "400 Broad St"]
    assert seattle.parts == ADDRESS


def test_an_address_changed_to_another_of_the_book_is_merged_with_it(alice):
    _, tacoma = keep_addresses(alice, ADDRESS, TACOMA)

    change_address(customer=alice, address_id=tacoma.pk, address=ADDRESS)

    assert book_of(alice) == ["400 Broad St"]


def test_another_customers_address_cannot_be_changed_used_or_removed(alice, mallory):
    [theirs] = keep_addresses(alice, ADDRESS)

    change_address(customer=mallory, address_id=theirs.pk, address=TACOMA)
    use_address(customer=mallory, address_id=theirs.pk)
    remove_address(customer=mallory, address_id=theirs.pk)

    theirs.refresh_from_db()
    assert (theirs.parts, theirs.customer) == (ADDRESS, alice)


def fill_book(customer, count: int) -> None:
    for number in range(count):
        save_address(customer=customer, address=ADDRESS | {"line2": f"Flat {number}"})


def test_a_full_book_takes_no_more(alice):
    fill_book(alice, 50)

    save_address(customer=alice, address=ADDRESS | {"line2": "Flat 7"})
    with pytest.raises(AddressBookFull):
        save_address(customer=alice, address=TACOMA)

    assert Address.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_overfill_a_book(alice):
    fill_book(alice, 48)

    results = at_once(
        *(
            lambda n=n: run_transaction(
                save_address, customer=alice, address=TACOMA | {"line2": f"{n}"}
            )
            for n in range(6)
        )
    )

    assert Address.objects.count() == 50
    assert sum(isinstance(result, AddressBookFull) for result in results) == 4


def test_a_typed_address_is_saved_only_on_request(buyer, alice):
    page = buyer.get("/checkout/")
    assertContains(page, '<input type="checkbox" name="keep" id="id_keep" checked>', html=True)

    buyer.post("/checkout/", ADDRESS)
    assert book_of(alice) == []
    buyer.post("/checkout/", ADDRESS | {"keep": "on"})
    assert book_of(alice) == ["400 Broad St"]


def test_a_saved_address_is_chosen_without_typing(buyer, alice, lamp):
    seattle, tacoma = keep_addresses(alice, ADDRESS, TACOMA)
    page = buyer.get("/checkout/")
    assertContains(page, f'value="{tacoma.pk}" checked')
    assertNotContains(page, f'value="{seattle.pk}" checked')

    page = buyer.post("/checkout/", {"saved": seattle.pk}, follow=True)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "400 Broad St")
    assert buyer.session[SESSION_KEY] == ADDRESS
    assert book_of(alice) == ["400 Broad St", "1 Pacific Ave"]
    assert stock_left(lamp) == (7,)


def test_another_address_can_be_typed_below_the_saved_addresses(buyer, alice):
    keep_addresses(alice, ADDRESS)
    page = buyer.get("/checkout/")
    assertContains(page, "Another address")
    assertNotContains(page, 'value="400 Broad St"')

    page = buyer.post("/checkout/", TACOMA | {"saved": "", "keep": "on"}, follow=True)

    assertContains(page, "1 Pacific Ave")
    assert book_of(alice) == ["1 Pacific Ave", "400 Broad St"]


def test_a_typed_address_that_was_not_saved_fills_the_form_again(buyer, alice):
    keep_addresses(alice, ADDRESS)
    buyer.post("/checkout/", TACOMA)

    page = buyer.get("/checkout/")

    assertContains(page, 'value="1 Pacific Ave"')
    assertContains(page, 'value="" checked')


def test_an_invalid_other_address_is_shown_again_with_the_choice(buyer, alice, lamp):
    keep_addresses(alice, ADDRESS)

    page = buyer.post("/checkout/", TACOMA | {"saved": "", "postal_code": "nope"})

    assertContains(page, 'value="nope"', status_code=422)
    assertContains(page, 'aria-describedby="id_postal_code_error"', status_code=422)
    assertContains(page, 'value="" checked', status_code=422)
    assertNotContains(page, 'name="keep" id="id_keep" checked', status_code=422)
    assert stock_left(lamp) == (10,)


@pytest.mark.parametrize("saved", ["theirs", "0", "-1", "x", "\x00", "9" * 5000, "²"])
def test_an_address_that_is_not_in_the_book_holds_nothing(buyer, mallory, lamp, saved):
    [theirs] = keep_addresses(mallory, TACOMA)
    saved = theirs.pk if saved == "theirs" else saved

    page = buyer.post("/checkout/", {"saved": saved, "name": "Half typed"})

    assertContains(page, 'role="alert"', status_code=422)
    assertContains(page, "Half typed", status_code=422)
    assertNotContains(page, "1 Pacific Ave", status_code=422)
    assert SESSION_KEY not in buyer.session
    assert not Checkout.objects.exists()
    assert stock_left(lamp) == (10,)


def test_a_full_book_prevents_no_order(buyer, alice):
    fill_book(alice, 50)

    page = buyer.post("/checkout/", TACOMA | {"keep": "on"}, follow=True)

    assertRedirects(page, "/checkout/review/")
    assertContains(page, "was not kept: your book has 50 already")


def test_addresses_are_added_changed_and_removed_on_their_pages(shopper, alice):
    added = shopper.post(ADD, ADDRESS, follow=True)
    assertRedirects(added, ADDRESSES)
    assertContains(added, "400 Broad St")
    address = Address.objects.get(customer=alice)
    page = f"{ADDRESSES}{address.pk}/"
    assertContains(shopper.get(page), 'value="400 Broad St"')

    assertContains(shopper.post(page, TACOMA, follow=True), "1 Pacific Ave")
    assert book_of(alice) == ["1 Pacific Ave"]

    assertRedirects(shopper.get(f"{page}remove/"), ADDRESSES)
    assert book_of(alice) == ["1 Pacific Ave"]
    assertContains(shopper.post(f"{page}remove/", follow=True), "None yet.")
    assert book_of(alice) == []


def test_the_accounts_menu_leads_to_the_addresses(shopper):
    assertContains(shopper.get(reverse("account_email")), f'href="{ADDRESSES}"')


def test_an_invalid_address_is_not_saved_and_can_be_corrected(shopper, alice):
    [address] = keep_addresses(alice, ADDRESS)

    for page in (ADD, f"{ADDRESSES}{address.pk}/"):
        response = shopper.post(page, TACOMA | {"postal_code": "nope", "city": "Ta 🌊 coma"})

        assertContains(response, "Ta 🌊 coma", status_code=422)
        assertContains(response, 'aria-describedby="id_postal_code_error"', status_code=422)
    assert book_of(alice) == ["400 Broad St"]


def test_a_full_book_says_so(shopper, alice):
    fill_book(alice, 50)

    assertContains(shopper.get(ADDRESSES), "as many as there may be")
    response = shopper.post(ADD, TACOMA)

    assertContains(response, "Your book has 50 addresses already.", status_code=422)
    assertContains(response, "1 Pacific Ave", status_code=422)


def test_another_customers_address_is_not_found(shopper, alice, mallory):
    [theirs] = keep_addresses(mallory, TACOMA)
    page = f"{ADDRESSES}{theirs.pk}/"

    responses = [shopper.get(page), shopper.post(page, ADDRESS), shopper.post(f"{page}remove/")]

    assert {response.status_code for response in responses} == {404}
    assertNotContains(shopper.get(ADDRESSES), "1 Pacific Ave")
    assert book_of(mallory) == ["1 Pacific Ave"]


@pytest.mark.parametrize("page", [ADDRESSES, ADD, f"{ADDRESSES}1/", f"{ADDRESSES}1/remove/"])
def test_the_book_requires_a_sign_in(client, page):
    assertRedirects(client.get(page), f"/accounts/login/?next={page}")


def test_a_countrys_own_labels_are_used(shopper, alice):
    germany, seattle = keep_addresses(alice, BERLIN, ADDRESS)

    german = shopper.get(f"{ADDRESSES}{germany.pk}/")
    american = shopper.get(f"{ADDRESSES}{seattle.pk}/")

    assertContains(german, ">Postal code</label>")
    assertContains(american, ">ZIP code</label>")
    assertContains(american, ">State</label>")
    assertContains(shopper.get(ADD), ">ZIP or postal code</label>")

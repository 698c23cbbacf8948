"""Closing an account deletes personal data, keeps the orders, and loses no unit."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from cart.cart import cart_of
from cart.models import Cart
from catalog.back_in_stock import request_back_in_stock_mail
from catalog.models import BackInStockRequest
from orders.addresses.book import save_address
from orders.cancellation import cancel_order
from orders.models import Address, Checkout, Newcomer, Order, OrderNotification
from orders.newcomers import record_newcomer
from orders.notifications import send_notifications
from shop.accounts.exceptions import IsStaff
from shop.accounts.models import ApiToken, Session, User
from shop.accounts.personal_data.erasure import anonymise_closed_accounts, close_account
from shop.core.models import IdempotencyRecord
from tests.shop.accounts.sign_in import prove_identity
from tests.support import api
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import (
    ADDRESS,
    expire_hold,
    hold,
    order,
    order_and_assign,
)
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import StockMovement, WarehouseOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]

PASSWORD = "correct horse battery"
PAGE = "/accounts/delete/"
ONLY_THE_REGION = dict.fromkeys(ADDRESS, "") | {"region": "WA", "country": "US"}


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser, with a password."""
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client.force_login(alice)
    return client


def shipped(customer, items) -> Order:
    placed, parcels = order_and_assign(customer, items)
    for parcel in parcels:
        ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")
    placed.refresh_from_db()
    return placed


def tables_with(*words: str) -> set[str]:
    """Return the tables of this database that contain one of the words."""
    tables = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            search = f'SELECT 1 FROM "{table}" AS t WHERE t::text ~* %s'  # noqa: S608 -- our tables
            cursor.execute(search, ["|".join(words)])
            if cursor.fetchone():
                tables.add(table)
    return tables


def test_units_that_were_held_go_back_on_sale(alice, lamp):
    given_stock({lamp: 5})
    checkout = hold(alice, {lamp: 2})

    close_account(customer=alice)

    checkout.refresh_from_db()
    assert checkout.status == Checkout.Status.CANCELLED
    assert stock_left(lamp) == (5,)


def test_an_overdue_hold_goes_back_once(alice, lamp):
    given_stock({lamp: 5})
    expire_hold(hold(alice, {lamp: 2}))

    close_account(customer=alice)
    close_account(customer=alice)

    assert Checkout.objects.get().status == Checkout.Status.EXPIRED
    assert stock_left(lamp) == (5,)


def test_rows_of_the_customer_alone_are_deleted_and_those_of_others_stay(alice, bob, lamp):
    for customer in (alice, bob):
        cart_of(customer)
        save_address(customer=customer, address=ADDRESS)
        request_back_in_stock_mail(customer=customer, item_id=lamp.pk)
        ApiToken.issue(user=customer, scopes=["shopper"])
        EmailAddress.objects.create(user=customer, email=customer.email, primary=True)

    close_account(customer=alice)

    for model in (Cart, Address, BackInStockRequest):
        assert [row.customer for row in model.objects.all()] == [bob]
    assert [row.user for row in ApiToken.objects.all()] == [bob]
    assert [row.user for row in EmailAddress.objects.all()] == [bob]


def test_the_user_is_anonymised_and_the_address_is_free_again(client, alice):
    close_account(customer=alice)

    user = User.objects.get(pk=alice.pk)
    assert user.email.startswith(f"closed-{alice.pk}-")
    assert user.email.endswith("@account.invalid")
    assert not user.is_active
    assert not user.has_usable_password()
    assert user.closed_at is not None
    client.post("/accounts/signup/", {"email": "alice@example.com", "password1": PASSWORD})
    assert User.objects.get(email="alice@example.com").pk != alice.pk


def test_orders_that_are_over_are_anonymised_at_once(alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    sent = shipped(alice, {lamp: 2})
    cancelled = order(alice, {lamp: 1})
    cancel_order(order_id=cancelled.pk, reason="Alice moves")
    send_notifications()
    ledger = list(StockMovement.objects.values())

    close_account(customer=alice)

    for placed in (sent, cancelled):
        placed.refresh_from_db()
        assert placed.shipping_address == ONLY_THE_REGION
        assert (placed.email, placed.cancel_reason) == ("nobody@account.invalid", "")
        assert (placed.customer, placed.anonymised_at is None) == (alice, False)
    parcel = WarehouseOrder.objects.get()
    assert (parcel.shipping_address, parcel.tracking) == (ONLY_THE_REGION, "")
    details = OrderNotification.objects.get(kind=OrderNotification.Kind.SHIPPED).details
    assert details["items"] == [{"name": lamp.name, "quantity": 2}]
    assert (details["tracking"], details["tracking_url"]) == ("", "")
    assert list(StockMovement.objects.values()) == ledger
    assert sent.lines.get().quantity == 2


def test_an_open_order_is_anonymised_once_it_is_over(alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})

    close_account(customer=alice)
    assert anonymise_closed_accounts() == 0

    placed.refresh_from_db()
    assert (placed.email, placed.shipping_address) == ("alice@example.com", ADDRESS)
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")
    assert anonymise_closed_accounts() == 0  # the mail about it has not gone out
    send_notifications()
    assert [message.to for message in mail.outbox] == [["alice@example.com"]] * 2
    assert anonymise_closed_accounts() == 1
    placed.refresh_from_db()
    parcel.refresh_from_db()
    assert placed.shipping_address == parcel.shipping_address == ONLY_THE_REGION
    assert anonymise_closed_accounts() == 0


def test_a_mail_unsent_for_a_week_does_not_delay_the_erasure(alice, lamp):
    given_stock({lamp: 9})
    placed = order(alice, {lamp: 2})
    cancel_order(order_id=placed.pk)
    OrderNotification.objects.update(created_at=Now() - timedelta(days=8))

    close_account(customer=alice)

    placed.refresh_from_db()
    assert placed.shipping_address == ONLY_THE_REGION
    assert send_notifications() == 0


def test_orders_and_holds_of_others_stay_unchanged(alice, bob, lamp):
    given_stock({lamp: 9})
    theirs = order(bob, {lamp: 1})
    cancel_order(order_id=theirs.pk)
    send_notifications()
    hold(bob, {lamp: 2})

    close_account(customer=alice)
    anonymise_closed_accounts()

    theirs.refresh_from_db()
    assert (theirs.shipping_address, theirs.anonymised_at) == (ADDRESS, None)
    assert stock_left(lamp) == (7,)


def given_acts_of_staff_about(customer: User, clerk: User) -> None:
    """Let staff look after the customer in the admin, which logs what they do."""
    desk = Client()
    desk.force_login(clerk)
    prove_identity(desk)
    credential = {"user": customer.pk, "name": "Alice's", "scopes": ["shopper"], "days": "30"}
    address = EmailAddress.objects.create(user=customer, email="alice.2@example.com")
    deletion = {"action": "delete_selected", "_selected_action": [address.pk], "post": "yes"}
    desk.post(f"/admin/accounts/user/{customer.pk}/change/", {"email": customer.email})
    User.objects.filter(pk=customer.pk).update(is_active=True)
    desk.post("/admin/accounts/apitoken/add/", credential)
    desk.post("/admin/accounts/oauthclient/add/", credential)
    desk.post("/admin/account/emailaddress/", deletion)


def test_no_table_has_personal_data_after_the_erasure(shopper, alice, clerk, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    given_acts_of_staff_about(alice, clerk)
    api.order(api.client_of(alice, "shopper"), lamp, 1)
    placed = Order.objects.get()
    shipped(alice, {lamp: 2})
    cancel_order(order_id=placed.pk, reason="Alice moves")
    save_address(customer=alice, address=ADDRESS)
    shopper.post("/checkout/", ADDRESS)
    shopper.post("/accounts/password/reset/", {"email": alice.email})
    send_notifications()
    words = ("alice", "broad st", "98109", "1Z999")
    assert {"orders_order", "core_outgoingmail", "core_idempotencyrecord"} <= tables_with(*words)
    assert LogEntry.objects.count() == 4

    close_account(customer=alice)

    assert tables_with(*words) == set()


def test_no_kept_answer_to_staff_has_personal_data_after_the_erasure(alice, bob, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    placed, kept = order(alice, {lamp: 1}), order(bob, {lamp: 1})
    system = UserFactory(is_staff=True, is_superuser=True)
    client = api.client_of(system, "orders:write", "fulfilment:write")
    for each in (placed, kept):
        url = f"/api/v1/orders/{each.number}/cancel/"
        assert client.post(url, {}, HTTP_IDEMPOTENCY_KEY="1").status_code == 200
    assert IdempotencyRecord.objects.count() == 2

    close_account(customer=alice)

    assert IdempotencyRecord.objects.get().route == f"POST /api/v1/orders/{kept.number}/cancel/"


def test_the_network_of_a_closed_account_counts_until_its_orders_are_over(alice, lamp, seattle):
    record_newcomer(customer=alice, network="203.0.113.7")
    given_stock({lamp: 9}, seattle)
    placed = order(alice, {lamp: 1})
    close_account(customer=alice)
    User.objects.filter(pk=alice.pk).update(closed_at=Now() - timedelta(days=2))

    anonymise_closed_accounts()
    assert Newcomer.objects.filter(customer=alice).exists()
    cancel_order(order_id=placed.pk)
    anonymise_closed_accounts()

    assert not Newcomer.objects.exists()


def test_staff_stay(clerk, lamp):
    given_stock({lamp: 5})
    hold(clerk, {lamp: 2})

    with pytest.raises(IsStaff):
        close_account(customer=clerk)

    assert User.objects.get(pk=clerk.pk).email == "clerk@example.com"
    assert stock_left(lamp) == (3,)


def test_the_page_has_the_consequences_and_a_field_for_the_password(shopper):
    page = shopper.get(PAGE)

    assertContains(page, "This cannot be undone.")
    assertContains(page, "only country and region are kept")
    assertContains(page, 'type="password"')
    assertContains(shopper.get("/accounts/email/"), f'href="{PAGE}"')


def test_the_page_needs_a_sign_in(client):
    assertRedirects(client.get(PAGE), f"/accounts/login/?next={PAGE}")


def test_a_wrong_password_closes_nothing(shopper, alice):
    for password in ("", "wrong"):
        page = shopper.post(PAGE, {"password": password})
        assertContains(page, 'id="id_password_error"', status_code=422)

    alice.refresh_from_db()
    assert alice.closed_at is None


def test_wrong_passwords_are_limited_here_too(shopper, alice):
    pages = [shopper.post(PAGE, {"password": f"guess {n}"}) for n in range(6)]
    right = shopper.post(PAGE, {"password": PASSWORD})

    assertContains(pages[-1], "Too many failed login attempts", status_code=422)
    assertContains(right, "Too many failed login attempts", status_code=422)
    alice.refresh_from_db()
    assert alice.closed_at is None


def test_staff_read_why_their_account_stays(client, clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    client.force_login(clerk)

    assertContains(
        client.post(PAGE, {"password": PASSWORD}), "account of the staff", status_code=422
    )


def test_a_user_without_a_password_sets_one_first(client, alice):
    alice.set_unusable_password()
    alice.save()
    client.force_login(alice)

    assertContains(client.get(PAGE), "/accounts/password/set/")
    assert client.post(PAGE, {"password": ""}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_deleting_signs_out_everywhere(shopper, alice):
    elsewhere = Client()
    elsewhere.force_login(alice)
    token = api.client_of(alice, "shopper")

    page = shopper.post(PAGE, {"password": PASSWORD}, follow=True)

    assertRedirects(page, "/")
    assertContains(page, "Your account is deleted.")
    assertRedirects(elsewhere.get("/orders/"), "/accounts/login/?next=/orders/")
    assert token.get("/api/v1/cart/").status_code == 401
    assert not Session.objects.filter(user_id=alice.pk).exists()


def test_the_admin_shows_closed_accounts_as_such(admin_client, alice):
    close_account(customer=alice)
    page = f"/admin/accounts/user/{alice.pk}/change/"

    assertContains(admin_client.get("/admin/accounts/user/?closed_at__isempty=0"), "closed-")
    assertContains(admin_client.get(page), "Closed by the customer")
    assert admin_client.post(page, {"email": "alice@example.com"}).status_code == 403


def test_a_cart_of_a_concurrent_request_is_swept(alice):
    close_account(customer=alice)
    Cart.objects.create(customer=alice)

    anonymise_closed_accounts()

    assert not Cart.objects.exists()

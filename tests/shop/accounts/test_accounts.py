"""Sign-up, sign-in, a new password and a new address, also without mail server or Valkey."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from cart.models import Cart
from shop.accounts.models import User
from shop.core.mail import send_outgoing_mail
from shop.core.models import OutgoingMail
from shop.retention import delete_old_rows
from tests.shop.accounts.sign_in import prove_identity
from tests.support.factories import given_stock

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"
LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
RESET, EMAIL = "/accounts/password/reset/", "/accounts/email/"


@pytest.fixture
def alice(alice):
    """Alice with a password and a confirmed address."""
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=KNOWN, verified=True, primary=True)
    return alice


@pytest.fixture
def with_mail(settings):
    """Require confirmed addresses, as with a mail server."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.fixture
def no_valkey(settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}


def link_in(message) -> str:
    """Return the path of the link in a mail."""
    link = re.search(r"http://testserver(/accounts/\S+)", message.body)
    assert link, message.body
    return link[1]


def answer_of(path: str, email: str, **fields: str) -> tuple:
    """Return the response to a new visitor, without the address that they typed."""
    page = Client().post(path, fields | {"email": email, "login": email}, follow=True)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    return page.status_code, page.redirect_chain, text.replace(email, "")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (LOGIN, {"password": "wrong"}),
        (RESET, {}),
        (SIGNUP, {"password1": PASSWORD}),
    ],
)
def test_a_page_does_not_reveal_whether_an_address_is_registered(alice, with_mail, path, fields):
    known, unknown = answer_of(path, KNOWN, **fields), answer_of(path, UNKNOWN, **fields)

    assert known == unknown
    assert (
        OutgoingMail.objects.filter(to=KNOWN).count()
        == OutgoingMail.objects.filter(to=UNKNOWN).count()
    )


def test_adding_an_address_does_not_reveal_whether_it_is_registered(alice, bob, with_mail):
    pages = []
    for email in (KNOWN, "alina@example.com"):  # at the same position in the page's list
        client = Client()
        client.force_login(bob)
        prove_identity(client)
        page = client.post(EMAIL, {"action_add": "", "email": email}, follow=True)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        pages.append((page.status_code, text.replace(email, "")))
        EmailAddress.objects.filter(user=bob, email=email).delete()

    assert pages[0] == pages[1]


def test_confirming_an_address_signs_in_and_keeps_the_cart(client, with_mail, lamp):
    given_stock({lamp: 4})
    client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": "2"})
    client.post(SIGNUP, {"email": UNKNOWN, "password1": PASSWORD})
    assertRedirects(client.get("/orders/"), f"{LOGIN}?next=/orders/")

    send_outgoing_mail()
    client.post(link_in(mail.outbox[0]))

    assert client.get("/orders/").status_code == 200
    assert Cart.objects.get().customer.email == UNKNOWN


def test_a_password_is_reset_by_the_link_that_was_mailed(client, alice):
    client.post(RESET, {"email": KNOWN})
    assert (send_outgoing_mail(), send_outgoing_mail()) == (1, 0)
    assert not OutgoingMail.objects.exists()

    page = client.get(link_in(mail.outbox[0]), follow=True)
    twice = {"password1": "another horse 9", "password2": "another horse 9"}
    client.post(page.request["PATH_INFO"], twice, follow=True)

    alice.refresh_from_db()
    assert alice.check_password("another horse 9")


def test_a_mail_server_that_is_away_only_delays(client, alice, no_mail_server, settings):
    pages = [
        client.post(RESET, {"email": KNOWN}, follow=True),
        client.post(SIGNUP, {"email": UNKNOWN, "password1": PASSWORD}, follow=True),
    ]
    prove_identity(client)
    pages += [client.post(EMAIL, {"action_add": "", "email": "other@example.com"}, follow=True)]
    with pytest.raises(OSError, match="refused"):
        send_outgoing_mail()
    OutgoingMail.objects.update(claimed_until=Now() - timedelta(hours=1))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert [page.status_code for page in pages] == [200] * 3
    assert User.objects.filter(email=UNKNOWN).exists()
    assert send_outgoing_mail() == 4
    addressees = [address for message in mail.outbox for address in message.to]
    assert addressees == [KNOWN, UNKNOWN, "other@example.com", UNKNOWN]  # the last is told of it


def test_an_old_mail_that_no_server_accepted_is_deleted(client, alice):
    client.post(RESET, {"email": KNOWN})
    OutgoingMail.objects.update(created_at=Now() - timedelta(days=4))

    delete_old_rows()

    assert not OutgoingMail.objects.exists()


def test_without_valkey_people_still_sign_up_in_and_reset(alice, no_valkey):
    signed_in, signed_up, reset = Client(), Client(), Client()

    signed_in.post(LOGIN, {"login": KNOWN, "password": PASSWORD})
    signed_up.post(SIGNUP, {"email": UNKNOWN, "password1": PASSWORD})
    page = reset.post(RESET, {"email": KNOWN}, follow=True)

    assert signed_in.get("/orders/").status_code == 200
    assert signed_up.get("/orders/").status_code == 200
    assertRedirects(page, f"{RESET}done/")
    assert OutgoingMail.objects.filter(to=KNOWN).count() == 1


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_wrong_passwords_are_limited(client, alice, email):
    for attempt in range(5):
        client.post(LOGIN, {"login": email, "password": f"guess {attempt}"})

    page = client.post(LOGIN, {"login": email, "password": PASSWORD})

    assertContains(page, "Too many failed login attempts")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_mails_to_reset_a_password_are_limited(client, alice, email):
    pages = [client.post(RESET, {"email": email}) for _ in range(7)]

    assert [page.status_code for page in pages] == [302] * 5 + [429] * 2
    assert OutgoingMail.objects.count() == (5 if email == KNOWN else 1)


def test_accounts_cannot_be_made_in_bulk(client):
    passwords = {"password1": "too short"[:3]}
    pages = [client.post(SIGNUP, passwords | {"email": f"{n}@example.com"}) for n in range(21)]

    assert pages[-1].status_code == 429


@pytest.mark.parametrize("path", [LOGIN, SIGNUP, RESET])
def test_a_form_keeps_its_input_and_marks_the_invalid_field(client, path):
    page = client.post(path, {"email": "no address", "login": "no address"})

    assertContains(page, 'value="no address"')
    assertContains(page, 'aria-invalid="true"')

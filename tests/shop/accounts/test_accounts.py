"""Signing up and in, resetting a password and changing an address, on good days and bad."""

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
from tests.support.factories import given_stock

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"
LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
RESET, EMAIL = "/accounts/password/reset/", "/accounts/email/"


@pytest.fixture
def alice(alice):
    """With a password and a confirmed address."""
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=KNOWN, verified=True, primary=True)
    return alice


@pytest.fixture
def with_mail(settings):
    """As where a mail server is named."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.fixture
def no_valkey(settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}


def link_in(letter) -> str:
    """The path of the link that the letter asks to follow."""
    found = re.search(r"http://testserver(/accounts/\S+)", letter.body)
    assert found, letter.body
    return found[1]


def answer_of(path: str, email: str, **said: str) -> tuple:
    """What a visitor with no history is told, without what they typed themselves."""
    page = Client().post(path, said | {"email": email, "login": email}, follow=True)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    return page.status_code, page.redirect_chain, text.replace(email, "")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (LOGIN, {"password": "wrong"}),
        (RESET, {}),
        (SIGNUP, {"password1": PASSWORD}),
    ],
)
def test_a_page_never_tells_whether_an_address_is_known(alice, with_mail, path, said):
    known, unknown = answer_of(path, KNOWN, **said), answer_of(path, UNKNOWN, **said)

    assert known == unknown
    assert (
        OutgoingMail.objects.filter(to=KNOWN).count()
        == OutgoingMail.objects.filter(to=UNKNOWN).count()
    )


def test_adding_an_address_never_tells_whether_it_is_another_ones(alice, bob, with_mail):
    pages = []
    for email in (KNOWN, "alina@example.com"):  # at the same place of the page's list
        client = Client()
        client.force_login(bob)
        page = client.post(EMAIL, {"action_add": "", "email": email}, follow=True)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        pages.append((page.status_code, text.replace(email, "")))
        EmailAddress.objects.filter(user=bob, email=email).delete()

    assert pages[0] == pages[1]


def test_who_confirms_an_address_is_signed_in_with_the_cart(client, with_mail, lamp):
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
        client.post(EMAIL, {"action_add": "", "email": "other@example.com"}, follow=True),
    ]
    with pytest.raises(OSError, match="refused"):
        send_outgoing_mail()
    OutgoingMail.objects.update(claimed_at=Now() - timedelta(hours=1))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert [page.status_code for page in pages] == [200] * 3
    assert User.objects.filter(email=UNKNOWN).exists()
    assert send_outgoing_mail() == 3
    assert [letter.to for letter in mail.outbox] == [[KNOWN], [UNKNOWN], ["other@example.com"]]


def test_a_letter_that_nobody_took_in_time_is_forgotten(client, alice):
    client.post(RESET, {"email": KNOWN})
    OutgoingMail.objects.update(created_at=Now() - timedelta(days=4))

    delete_old_rows()

    assert not OutgoingMail.objects.exists()


def test_without_valkey_people_still_sign_up_in_and_reset(alice, no_valkey):
    signed_in, signed_up, reset = Client(), Client(), Client()

    signed_in.post(LOGIN, {"login": KNOWN, "password": PASSWORD})
    signed_up.post(SIGNUP, {"email": UNKNOWN, "password1": PASSWORD})
    asked = reset.post(RESET, {"email": KNOWN}, follow=True)

    assert signed_in.get("/orders/").status_code == 200
    assert signed_up.get("/orders/").status_code == 200
    assertRedirects(asked, f"{RESET}done/")
    assert OutgoingMail.objects.filter(to=KNOWN).count() == 1


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_passwords_cannot_be_guessed(client, alice, email):
    for attempt in range(5):
        client.post(LOGIN, {"login": email, "password": f"guess {attempt}"})

    page = client.post(LOGIN, {"login": email, "password": PASSWORD})

    assertContains(page, "Too many failed login attempts")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_nobody_is_flooded_with_mails_to_reset(client, alice, email):
    pages = [client.post(RESET, {"email": email}) for _ in range(7)]

    assert [page.status_code for page in pages] == [302] * 5 + [429] * 2
    assert OutgoingMail.objects.count() == 5


def test_accounts_cannot_be_made_in_bulk(client):
    said = {"password1": "too short"[:3]}
    pages = [client.post(SIGNUP, said | {"email": f"{n}@example.com"}) for n in range(21)]

    assert pages[-1].status_code == 429


@pytest.mark.parametrize("path", [LOGIN, SIGNUP, RESET])
def test_a_form_keeps_what_was_typed_and_names_the_field(client, path):
    page = client.post(path, {"email": "no address", "login": "no address"})

    assertContains(page, 'value="no address"')
    assertContains(page, 'aria-invalid="true"')

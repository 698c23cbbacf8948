"""Guessing passwords, locking others out, and learning who is a customer."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from shop.accounts.identity.devices import COOKIE
from shop.accounts.models import User
from shop.core.mail import send_outgoing_mail
from shop.core.models import OutgoingMail
from tests.shop.accounts.sign_in import prove_identity

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
LOGIN, SIGNUP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
LOCKED = "Too many failed login attempts"
OWNER, STRANGER = "alice@example.com", "nobody@example.com"


@pytest.fixture(autouse=True)
def quick_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=OWNER, verified=True, primary=True)
    return alice


@pytest.fixture
def no_valkey(settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The passwords that were hashed, without the time that it takes."""
    calls: list[str] = []
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, word, salt: calls.append(word) or "md5$x$y"
    )
    return calls


def sign_in(address: str, *, email: str = OWNER, password: str = PASSWORD, browser=None):
    browser = browser or Client()
    fields = {"login": email, "password": password}
    return browser.post(LOGIN, fields, REMOTE_ADDR=address)


def guess_from(addresses: int, *, email: str = OWNER) -> None:
    """Try five wrong passwords from each of so many addresses."""
    for n in range(addresses):
        for attempt in range(5):
            sign_in(f"198.51.100.{n}", email=email, password=f"guess {attempt}")


@pytest.mark.parametrize("email", [OWNER, STRANGER])
def test_wrong_passwords_from_one_network_are_limited_there(alice, email):
    guess_from(1, email=email)

    assertContains(sign_in("198.51.100.0", email=email), LOCKED)


def test_five_wrong_passwords_from_each_of_five_addresses_do_not_lock_the_owner_out(alice):
    for n in range(5):
        sign_in(f"198.51.100.{n}", password="guess")

    assert sign_in("192.0.2.1").status_code == 302


def test_the_addresses_of_one_ipv6_network_count_together(alice):
    for n in range(5):
        sign_in(f"2001:db8::{n}", password="guess")

    assertContains(sign_in("2001:db8::ffff"), LOCKED)
    assert sign_in("2001:db8:0:1::1").status_code == 302


def test_an_account_locks_for_unknown_browsers_after_many_networks(alice, security_events):
    guess_from(6)

    assertContains(sign_in("192.0.2.1"), LOCKED)
    (event,) = security_events.of("authn_login_lock")[-1:]
    assert (event["user.id"], event["labels"]) == (alice.pk, {"everywhere": True})


def test_a_known_device_passes_the_lock(alice):
    known = Client()
    sign_in("192.0.2.1", browser=known)
    known.post("/accounts/logout/")
    guess_from(6)

    assert sign_in("203.0.113.9", browser=known).status_code == 302


def test_a_known_device_has_limited_guesses_too(alice):
    known = Client()
    sign_in("192.0.2.1", browser=known)
    known.post("/accounts/logout/")
    for n in range(5):
        sign_in(f"203.0.113.{n}", browser=known, password="guess")

    assertContains(sign_in("203.0.113.9", browser=known), LOCKED)


def test_a_cookie_of_ones_own_is_no_known_device(alice):
    browser = Client()
    browser.cookies[COOKIE] = signing.dumps({str(alice.pk): "mine"}, salt="another salt")
    guess_from(6)

    assertContains(sign_in("192.0.2.1", browser=browser), LOCKED)


def test_the_known_device_of_another_passes_no_lock(alice, bob):
    bob.set_password(PASSWORD)
    bob.save()
    browser = Client()
    sign_in("192.0.2.1", email=bob.email, browser=browser)
    browser.post("/accounts/logout/")
    guess_from(6)

    assertContains(sign_in("192.0.2.1", browser=browser), LOCKED)


def test_the_owner_gets_one_mail_whose_link_passes_the_lock(alice, mailoutbox):
    guess_from(8)
    send_outgoing_mail()

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([OWNER], "[testserver] Somebody tries to sign in to your account")
    ]
    link = re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1]
    browser = Client()
    assertRedirects(browser.get(link), LOGIN)
    assert sign_in("203.0.113.9", browser=browser).status_code == 302


def test_the_link_past_a_lock_ends_and_is_not_forged(client):
    answer = client.get(f"/accounts/trust/{signing.dumps(1, salt='x')}/")

    assertRedirects(answer, RESET)
    assert COOKIE not in client.cookies


def test_a_new_password_by_mail_ends_the_lock(client, alice, mailoutbox):
    guess_from(6)
    client.post(RESET, {"email": OWNER})
    send_outgoing_mail()
    link = re.search(r"http://testserver(/accounts/password\S+)", mailoutbox[-1].body)[1]

    page = client.get(link, follow=True)
    twice = {"password1": "another horse 9", "password2": "another horse 9"}
    client.post(page.request["PATH_INFO"], twice)

    assert sign_in("192.0.2.1", password="another horse 9").status_code == 302


def test_the_page_for_a_new_password_is_no_way_around_the_lock(client, alice, security_events):
    client.force_login(alice)
    form = {"password1": "short", "password2": "short"}
    page = "/accounts/password/change/"
    wrong = client.post(page, {**form, "oldpassword": "wrong"})
    assertContains(wrong, "current password")
    assert len(security_events.of("authn_login_fail")) == 1
    for _ in range(4):
        Client().post(LOGIN, {"login": OWNER, "password": "wrong"})

    right = client.post(page, {**form, "oldpassword": PASSWORD})

    assert LOCKED in str(right.context["form"].errors["oldpassword"])


def test_guesses_and_sign_ins_are_in_the_security_log(alice, security_events):
    browser = Client()
    sign_in("192.0.2.1", password="guess")
    sign_in("192.0.2.1", email=STRANGER, password="guess")
    sign_in("192.0.2.1", browser=browser)
    browser.post("/accounts/logout/")

    failed = security_events.of("authn_login_fail")
    assert [event.get("user.id") for event in failed] == [alice.pk, None]
    assert security_events.of("authn_login_success")[0]["source.ip"] == "192.0.2.1"
    assert security_events.of("authn_logout")[0]["user.id"] == alice.pk
    assert OWNER not in "".join(security_events.raw)


def test_without_valkey_guesses_stay_bounded(alice, no_valkey, caplog):
    with caplog.at_level(logging.WARNING):
        for attempt in range(5):
            sign_in("192.0.2.1", password=f"guess {attempt}")

        assertContains(sign_in("192.0.2.1"), LOCKED)
    assert sign_in("203.0.113.9").status_code == 302
    away = [line for line in caplog.messages if "Valkey is away, so each" in line]
    assert len(away) == 1
    assert "Traceback" not in caplog.text


def test_without_valkey_sign_ups_stay_bounded(no_valkey):
    browser = Client()

    pages = [browser.post(SIGNUP, {"email": f"{n}@example.com"}) for n in range(21)]

    assert pages[-1].status_code == 429


@pytest.mark.parametrize("email", [OWNER, STRANGER])
def test_signing_up_hashes_one_password_for_a_known_and_for_a_new_address(
    alice, settings, hashed, email
):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    Client().post(SIGNUP, {"email": email, "password1": PASSWORD})

    assert len(hashed) == 1


@pytest.mark.parametrize("email", [OWNER, STRANGER])
def test_signing_in_hashes_one_password_for_a_known_and_for_an_unknown_address(
    alice, hashed, email
):
    sign_in("192.0.2.1", email=email, password="guess")

    assert len(hashed) <= 1


def test_a_stranger_gets_one_mail_an_hour_about_an_account_that_is_none(client):
    for _ in range(5):
        assertRedirects(client.post(RESET, {"email": "stranger@example.com"}), f"{RESET}done/")

    assert OutgoingMail.objects.count() == 1


def test_a_reset_is_in_the_security_log(client, alice, security_events):
    client.post(RESET, {"email": OWNER})

    assert security_events.of("authn_password_reset_request")[0]["user.id"] == alice.pk


def _at_once(posts) -> list[int]:
    def run(post) -> int:
        try:
            return post().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(run, posts))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_six_sign_ups_of_one_address_at_once_make_one_user(settings, verification):
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    fields = {"email": "race@example.com", "password1": PASSWORD}

    codes = _at_once([lambda: Client().post(SIGNUP, fields)] * 6)

    assert set(codes) <= {200, 302}
    assert User.objects.filter(email="race@example.com").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_address_added_twice_at_once_is_one_address(alice):
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.force_login(alice)
        prove_identity(browser)
    fields = {"action_add": "", "email": "alice2@example.com"}

    codes = _at_once([lambda b=b: b.post("/accounts/email/", fields) for b in browsers])

    assert set(codes) <= {200, 302}
    assert EmailAddress.objects.filter(email="alice2@example.com").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_user_added_twice_at_once_in_the_admin_is_one_user(clerk):
    desks = [Client() for _ in range(4)]
    for desk in desks:
        desk.force_login(clerk)
    fields = {"email": "twin@example.com", "usable_password": "false"}

    codes = _at_once([lambda d=d: d.post("/admin/accounts/user/add/", fields) for d in desks])

    assert sorted(codes) == [200, 200, 200, 302]
    assert User.objects.filter(email="twin@example.com").count() == 1


def test_the_page_of_a_lock_reveals_nothing(alice):
    guess_from(6)
    guess_from(6, email=STRANGER)

    pages = [sign_in("192.0.2.1", email=email) for email in (OWNER, STRANGER)]

    texts = [
        re.sub(r'value="\w{64}"', "", page.content.decode()).replace(email, "")
        for page, email in zip(pages, (OWNER, STRANGER), strict=True)
    ]
    assert texts[0] == texts[1]

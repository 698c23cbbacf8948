"""The sessions of a user: listed, ended one by one and all, and never for good."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from shop.accounts.models import ApiToken, OAuthClient, Session
from shop.core.mail import send_outgoing_mail
from shop.integrations.models import Event, WebhookEndpoint
from tests.shop.accounts.sign_in import age_login

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "correct horse battery", "another horse 9 today"
SESSIONS, CHANGE = "/accounts/sessions/", "/accounts/password/change/"
HOUR = 3600


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    return alice


def signed_in(user, agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0") -> Client:
    browser = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.7")
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get("/orders/").status_code == 200


def change_password(browser: Client, **fields):
    passwords = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return browser.post(CHANGE, passwords | fields)


def given_other_access(user) -> None:
    """Give a token, a program with an hour's token, and a webhook to a user."""
    ApiToken.issue(user=user, scopes=["shopper"], name="Robot")
    robot = OAuthClient(name="ERP", user=user, scopes=["shopper"])
    robot.set_credentials()
    robot.save()
    ApiToken.issue(user=user, scopes=["shopper"], name="Fetched", client=robot)
    WebhookEndpoint.objects.create(
        user=user, scopes=["shopper"], url="https://a.example/", events=[Event.Type.values[0]]
    )


def other_access() -> tuple[int, int, str]:
    return (
        ApiToken.objects.usable().count(),
        OAuthClient.objects.usable().count(),
        WebhookEndpoint.objects.get().status,
    )


def test_the_page_lists_each_browser_and_no_key(alice, bob):
    desk = signed_in(alice)
    signed_in(alice, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18) Safari/604.1")
    Client().force_login(bob)

    page = desk.get(SESSIONS)

    assertContains(page, "Firefox, Linux")
    assertContains(page, "Safari, iPhone")
    assertContains(page, "192.0.2.7", count=3)  # twice shown, once in the name of a button
    assertContains(page, "This one", count=1)
    assert not any(
        key in page.content.decode() for key in Session.objects.values_list("pk", flat=True)
    )


def test_one_session_is_ended_and_the_others_stay(
    alice, security_events, django_capture_on_commit_callbacks
):
    desk, phone = signed_in(alice), signed_in(alice, agent="Safari iPhone")
    [button] = re.findall(rf"{SESSIONS}(\w+)/end/", desk.get(SESSIONS).content.decode())

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{SESSIONS}{button}/end/")

    assert (is_signed_in(desk), is_signed_in(phone)) == (True, False)
    assert security_events.of("session_terminated")[0]["labels"] == {"count": 1}


def test_nobody_ends_the_session_of_another(alice, bob):
    desk = signed_in(alice)
    signed_in(alice)
    [button] = re.findall(rf"{SESSIONS}(\w+)/end/", desk.get(SESSIONS).content.decode())
    mine = Client()
    mine.force_login(bob)

    mine.post(f"{SESSIONS}{button}/end/")

    assert Session.objects.filter(user_id=alice.pk).count() == 2


def test_signing_out_everywhere_ends_all(alice, django_capture_on_commit_callbacks):
    desk, phone = signed_in(alice), signed_in(alice)

    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(f"{SESSIONS}end/", follow=True)

    assertContains(page, "You are signed out everywhere.")
    assert (is_signed_in(desk), is_signed_in(phone)) == (False, False)
    assert not Session.objects.filter(user_id=alice.pk).exists()


def test_a_new_password_ends_the_other_sessions(alice, security_events):
    desk, phone = signed_in(alice), signed_in(alice)
    given_other_access(alice)

    change_password(desk)

    assert (is_signed_in(desk), is_signed_in(phone)) == (True, False)
    assert Session.objects.filter(user_id=alice.pk).count() == 1
    assert other_access() == (2, 1, "active")
    assert security_events.of("authn_password_change")[0]["user.id"] == alice.pk


def test_a_new_password_ends_tokens_programs_and_webhooks_if_its_owner_says_so(alice):
    desk = signed_in(alice)
    given_other_access(alice)

    change_password(desk, end_access="on")

    assert other_access() == (0, 0, "paused")


def test_a_reset_ends_everything_unless_its_owner_says_otherwise(client, alice, mailoutbox):
    phone = signed_in(alice)
    given_other_access(alice)
    client.post("/accounts/password/reset/", {"email": alice.email})
    send_outgoing_mail()
    link = re.search(r"http://testserver(/accounts/\S+)", mailoutbox[0].body)[1]

    page = client.get(link, follow=True)
    assertContains(page, 'name="end_access"')
    assertContains(page, "checked")
    fields = {"password1": NEW, "password2": NEW, "end_access": "on"}
    assert client.post(page.request["PATH_INFO"], fields).status_code == 302

    assert not is_signed_in(phone)
    assert not Session.objects.filter(user_id=alice.pk).exists()
    assert other_access() == (0, 0, "paused")


@pytest.mark.parametrize(
    ("age", "is_open"),
    [
        ({"seen": 29 * 60}, True),
        ({"seen": 30 * 60}, False),
        ({"at": 12 * HOUR - 60}, True),
        ({"at": 12 * HOUR}, False),
    ],
)
@pytest.mark.parametrize("path", ["/admin/", "/orders/", "/api/v1/cart/"])
def test_a_session_of_staff_ends_idle_and_after_a_shift(client, clerk, path, age, is_open):
    client.force_login(clerk)
    age_login(client, **age)

    assert (client.get(path).status_code == 200) is is_open
    assert Session.objects.filter(user_id=clerk.pk).exists() is is_open


@pytest.mark.parametrize(("days", "is_open"), [(13.9, True), (14, False)])
def test_a_session_of_a_customer_ends_after_two_weeks(client, alice, days, is_open):
    client.force_login(alice)
    age_login(client, at=days * 24 * HOUR)

    assert is_signed_in(client) is is_open


def test_use_keeps_a_session_of_staff_open_and_is_written_once_a_minute(client, clerk):
    client.force_login(clerk)
    age_login(client, seen=20 * 60)

    client.get("/orders/")
    refreshed = client.session["login"]["seen"]
    row = Session.objects.get(user_id=clerk.pk).session_data
    client.get("/orders/")

    assert refreshed - client.session["login"]["at"] >= -1
    assert Session.objects.get(user_id=clerk.pk).session_data == row


def test_rights_that_are_younger_than_the_session_need_a_sign_in(client, alice):
    client.force_login(alice)
    alice.is_staff = alice.is_superuser = True
    alice.save()

    assertRedirects(client.get("/admin/"), "/accounts/login/?next=/admin/")
    assertNotContains(client.get("/accounts/login/"), "Log out")

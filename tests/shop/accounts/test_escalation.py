"""Nobody gives, or borrows, more than they hold: staff attack the admin to become superusers."""

import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from shop.accounts.models import ApiToken, OAuthClient, User
from shop.core.models import OutgoingMail
from tests.shop.accounts.sign_in import prove_identity
from tests.support.factories import UserFactory

USERS = "/admin/accounts/user/"
GROUPS = "/admin/auth/group/"
ADDRESSES = "/admin/account/emailaddress/"
TOKENS = "/admin/accounts/apitoken/"
CLIENTS = "/admin/accounts/oauthclient/"
NEW_PASSWORD = "a long new password 77"

pytestmark = pytest.mark.django_db


@pytest.fixture
def climber():
    """A member of staff with every right but the rank of a superuser over who gets in."""
    user = UserFactory(email="climber@example.com", is_staff=True)
    apps = Permission.objects.filter(content_type__app_label__in=["accounts", "auth", "account"])
    user.user_permissions.set(apps)
    return user


@pytest.fixture
def browser(client, climber):
    client.force_login(climber)
    return prove_identity(client)


def form_of(page) -> dict[str, str]:
    """Return what a browser would send for the user's form that the page shows."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def change_of(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


def assert_refused_as_escalation(response, security_events) -> None:
    assert response.status_code == 403
    [event] = security_events.of("authz_escalation_fail")
    assert event["event.outcome"] == "failure"


@pytest.mark.parametrize(
    "gift",
    [
        {"is_superuser": "on"},
        {"is_staff": "on"},
        {"groups": "1"},
        {"user_permissions": "1"},
        {"granted_scopes": "orders:write"},
        {"email": "mine@example.com"},
        {"password": "pbkdf2_sha256$1$x$y"},
    ],
)
@pytest.mark.parametrize("victim", ["climber", "alice"])
def test_staff_give_nobody_rights_an_address_or_a_password(
    browser, gift, victim, request, security_events
):
    user = request.getfixturevalue(victim)
    before = User.objects.filter(pk=user.pk).values().get()

    refused = browser.post(change_of(user), {"is_active": "on", **gift})

    assert_refused_as_escalation(refused, security_events)
    after = User.objects.filter(pk=user.pk).values().get()
    assert before == after


def test_staff_see_these_fields_and_still_let_a_customer_in_or_out(browser, alice):
    page = browser.get(change_of(alice))
    assert set(page.context["adminform"].form.fields) == {"is_active"}
    assert "alice@example.com" in page.content.decode()

    browser.post(change_of(alice), {})
    alice.refresh_from_db()
    assert not alice.is_active
    browser.post(change_of(alice), {"is_active": "on"})
    alice.refresh_from_db()
    assert alice.is_active


def test_no_page_shows_the_hash_of_a_password(climber, clerk, alice):
    superuser = UserFactory(is_staff=True, is_superuser=True)
    closed = UserFactory(closed_at=timezone.now(), is_active=False)
    users = (climber, superuser, clerk, alice, closed)
    for user in users:
        user.set_password(NEW_PASSWORD)
        user.save()
    for reader in (climber, superuser):
        client = Client()
        client.force_login(reader)
        prove_identity(client)
        for user in users:
            page = client.get(change_of(user))
            assert page.status_code == 200
            assert user.password not in html.unescape(page.content.decode())


def test_staff_who_add_a_user_give_no_rights(browser, security_events):
    form = {"email": "friend@example.com", "usable_password": "false", "is_superuser": "on"}

    refused = browser.post(f"{USERS}add/", form)

    assert_refused_as_escalation(refused, security_events)
    assert not User.objects.filter(email="friend@example.com").exists()


def test_staff_do_not_touch_the_account_of_who_has_more_rights(browser, clerk, climber):
    colleague = UserFactory(is_staff=True)
    colleague.user_permissions.add(Permission.objects.get(codename="change_item"))
    partner = UserFactory()
    partner.grant_scopes(["orders:read"])

    for user in (clerk, colleague, partner):
        assert browser.post(change_of(user), {}).status_code == 403
        user.refresh_from_db()
        assert user.is_active
    climber.user_permissions.add(Permission.objects.get(codename="change_item"))
    assert browser.post(change_of(colleague), {}).status_code == 302


def test_staff_set_no_password_of_others(browser, alice, clerk, security_events):
    fields = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    for user in (alice, clerk):
        assert browser.post(f"{USERS}{user.pk}/password/", fields).status_code == 403
        user.refresh_from_db()
        assert not user.check_password(NEW_PASSWORD)
    assert security_events.of("authz_escalation_fail")


def test_staff_write_no_groups(browser, climber):
    group = Group.objects.create(name="Desk")
    climber.groups.add(group)
    every = list(Permission.objects.values_list("pk", flat=True))

    answers = [
        browser.post(f"{GROUPS}{group.pk}/change/", {"name": "Desk", "permissions": every}),
        browser.post(f"{GROUPS}add/", {"name": "Mine", "permissions": every}),
        browser.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert list(group.permissions.all()) == []
    assert browser.get(GROUPS).status_code == 200


def test_staff_give_no_address_that_a_reset_link_goes_to(browser, clerk):
    own = EmailAddress.objects.create(user=clerk, email=clerk.email, verified=False, primary=True)
    form = {"user": clerk.pk, "email": "climber2@example.com", "verified": "on", "primary": "on"}

    answers = [
        browser.post(f"{ADDRESSES}add/", form),
        browser.post(f"{ADDRESSES}{own.pk}/change/", form),
        browser.post(f"{ADDRESSES}{own.pk}/delete/", {"post": "yes"}),
    ]
    browser.post(ADDRESSES, {"action": "make_verified", "_selected_action": [own.pk], "index": 0})
    browser.post(
        ADDRESSES, {"action": "delete_selected", "_selected_action": [own.pk], "post": "y"}
    )

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    [kept] = EmailAddress.objects.values_list("email", "verified")
    assert kept == ("clerk@example.com", False)


@pytest.mark.parametrize("page", [TOKENS, CLIENTS])
def test_staff_mint_nothing_for_others_and_nothing_beyond_their_rights(
    browser, page, clerk, alice, climber, security_events
):
    attempts = [
        (clerk, ["orders:read"]),
        (clerk, ["shopper"]),
        (alice, ["shopper"]),
        (climber, ["orders:read"]),
        (climber, ["shopper", "stock:write"]),
    ]
    for user, scopes in attempts:
        answer = browser.post(f"{page}add/", {"user": user.pk, "name": "x", "scopes": scopes})
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors

    assert not ApiToken.objects.exists()
    assert not OAuthClient.objects.exists()
    assert len(security_events.of("authz_escalation_fail")) == len(attempts)


@pytest.mark.parametrize("page", [TOKENS, CLIENTS])
def test_staff_make_one_for_themselves_with_what_they_hold(browser, page, climber, security_events):
    rights = ["view_order", "change_order"]
    climber.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    form = {"user": climber.pk, "name": "mine", "scopes": ["shopper", "orders:write"]}

    made = browser.post(f"{page}add/", form)

    assert re.search(r'readonly[^>]*value="', made.content.decode())
    climber.refresh_from_db()
    assert climber.granted_scopes == []
    [event] = security_events.of("authn_token_created")
    assert event["labels"]["author"] == event["user.id"] == climber.pk


def test_a_superuser_grants_with_a_token_and_it_is_recorded(desk, clerk, alice, security_events):
    prove_identity(desk)
    desk.post(f"{TOKENS}add/", {"user": alice.pk, "name": "x", "scopes": ["stock:write"]})

    alice.refresh_from_db()
    assert alice.granted_scopes == ["stock:write"]
    [granted] = security_events.of("privilege_permissions_changed")
    assert granted["labels"] == {"granted": ["stock:write"]}
    [made] = security_events.of("authn_token_created")
    assert (made["user.id"], made["labels"]["author"]) == (alice.pk, clerk.pk)


def test_a_superuser_changes_rights_and_the_log_says_which(desk, clerk, alice, security_events):
    prove_identity(desk)
    form = form_of(desk.get(change_of(alice)))

    desk.post(change_of(alice), {**form, "is_staff": "on", "granted_scopes": ["orders:read"]})

    alice.refresh_from_db()
    assert (alice.is_staff, alice.granted_scopes) == (True, ["orders:read"])
    event = security_events.of("privilege_permissions_changed")[-1]
    assert (event["user.id"], event["labels"]["author"]) == (alice.pk, clerk.pk)
    assert event["labels"]["fields"] == ["granted_scopes", "is_staff"]


def test_a_superuser_changes_a_group_and_the_log_says_so(desk, security_events):
    prove_identity(desk)
    group = Group.objects.create(name="Desk")
    form = {"name": "Desk", "permissions": [Permission.objects.first().pk]}

    desk.post(f"{GROUPS}{group.pk}/change/", form)
    desk.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"})

    changed, deleted = security_events.of("privilege_permissions_changed")
    assert changed["labels"] == {
        "model": "auth.group",
        "number": group.pk,
        "fields": ["permissions"],
    }
    assert deleted["labels"]["deleted"] is True


def test_the_old_address_is_told_that_staff_replaced_it(desk, alice):
    prove_identity(desk)
    form = form_of(desk.get(change_of(alice)))

    desk.post(change_of(alice), {**form, "email": "new@example.com"})

    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["alice@example.com"]


def test_the_admins_log_names_people_by_number(desk, alice):
    prove_identity(desk)
    ApiToken.issue(user=alice, scopes=["shopper"], name="Alice at home")
    address = EmailAddress.objects.create(user=alice, email=alice.email, verified=False)
    desk.post(change_of(alice), form_of(desk.get(change_of(alice))))
    desk.post(f"{ADDRESSES}{address.pk}/delete/", {"post": "yes"})
    desk.post(f"{TOKENS}add/", {"user": alice.pk, "name": "Alice's", "scopes": ["shopper"]})

    texts = " ".join(f"{entry.object_repr} {entry}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 3
    assert f"user {alice.pk}" in texts
    assert "lice" not in texts


def test_staff_without_any_right_on_users_see_none(alice):
    watcher = UserFactory(is_staff=True)
    browser = Client()
    browser.force_login(watcher)

    assert browser.get(USERS).status_code == 403
    assert browser.get(change_of(alice)).status_code == 403

"""How staff get into the admin: a second factor, step-up, and what a superuser resets."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from shop.accounts.models import ApiToken, Session, User
from shop.core.models import OutgoingMail
from tests.shop.accounts.sign_in import age_login, prove_identity
from tests.support.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
USERS = "/admin/accounts/user/"
TOKENS = "/admin/accounts/apitoken/"
LOGIN, CODE, PROVE = "/accounts/login/", "/accounts/2fa/authenticate/", "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def quick_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def strict(settings):
    """The demand for a second factor, as in a deployment."""
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def clerk(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    return clerk


def given_totp(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def late(desk) -> Client:
    """A desk whose clerk signed in 16 minutes ago."""
    age_login(desk, at=16 * 60)
    return desk


def test_staff_without_a_second_factor_are_led_to_set_one_up(desk, strict):
    assertRedirects(desk.get(USERS), "/accounts/2fa/")
    assertContains(desk.get("/accounts/2fa/"), "Authenticator App")
    assert desk.post(f"{USERS}add/", {"email": "x@example.com"}).status_code == 302
    assert not User.objects.filter(email="x@example.com").exists()


def test_without_a_second_factor_the_api_and_the_token_page_know_no_superuser(desk, strict):
    prove_identity(desk)

    desk.post("/accounts/tokens/make/", {"name": "x", "days": "30", "scopes": ["stock:write"]})

    assert ApiToken.objects.get().scopes == ["shopper"]
    assert desk.get("/api/v1/warehouses/").status_code == 403


def test_a_second_factor_gives_the_api_back(desk, clerk, strict):
    given_totp(clerk)

    assert desk.get("/api/v1/warehouses/").status_code == 200


def test_nobody_edits_the_factors_of_others(desk):
    assert desk.get("/admin/mfa/authenticator/").status_code == 404


def test_a_demo_lets_staff_in_with_their_password(client, clerk):
    client.post(LOGIN, {"login": clerk.email, "password": PASSWORD})

    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(desk, clerk, strict):
    RecoveryCodes.activate(clerk)

    assertRedirects(desk.get("/admin/"), "/accounts/2fa/")


def test_a_sign_in_with_a_factor_needs_its_code(client, clerk, strict, security_events):
    secret = given_totp(clerk)

    answer = client.post(LOGIN, {"login": clerk.email, "password": PASSWORD})
    assertRedirects(answer, CODE)
    assert client.get("/admin/").status_code == 302
    client.post(CODE, {"code": "000000"})
    assert client.get("/admin/").status_code == 302
    client.post(CODE, {"code": code_of(secret)})

    assert client.get("/admin/").status_code == 200
    assert security_events.of("authn_login_fail")[0]["labels"] == {"method": "totp"}


def test_a_code_works_once(clerk, strict):
    code = code_of(given_totp(clerk))
    browsers = Client(), Client()
    for browser in browsers:
        browser.post(LOGIN, {"login": clerk.email, "password": PASSWORD})
        browser.post(CODE, {"code": code})

    assert [browser.get("/admin/").status_code for browser in browsers] == [200, 302]


def test_codes_are_guessed_five_times_at_most(client, clerk, strict):
    secret = given_totp(clerk)
    client.post(LOGIN, {"login": clerk.email, "password": PASSWORD})
    for n in range(5):
        client.post(CODE, {"code": f"00000{n}"})

    page = client.post(CODE, {"code": code_of(secret)})

    assertContains(page, "Too many failed login attempts")


def test_a_recovery_code_replaces_a_lost_device(client, clerk, strict):
    given_totp(clerk)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client.post(LOGIN, {"login": clerk.email, "password": PASSWORD})

    client.post(CODE, {"code": codes[0]})

    assert client.get("/admin/").status_code == 200


def test_the_seed_of_the_codes_is_stored_encrypted(clerk, settings):
    secret = given_totp(clerk)

    stored = Authenticator.objects.get(type="totp")
    assert secret not in str(stored.data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", [settings.SECRET_KEY]
    assert stored.wrap().validate_code(code_of(secret))


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_is_mailed_and_logged(client, clerk, security_events):
    client.force_login(clerk)
    prove_identity(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret

    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})

    assert answer.url == "/accounts/2fa/recovery-codes/"
    changes = {event["labels"]["factor"] for event in security_events.of("authn_factor_change")}
    assert changes == {"totp", "recovery_codes"}
    assert OutgoingMail.objects.filter(to=clerk.email).count() >= 1


def test_passkeys_and_keys_can_be_added(client, clerk):
    client.force_login(clerk)
    prove_identity(client)

    page = client.get("/accounts/2fa/webauthn/add/")

    assertContains(page, "mfa_webauthn_add")
    headers = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
    options = Client().get("/accounts/2fa/webauthn/login/", headers=headers).json()
    assert options["request_options"]["publicKey"]["rpId"] == "testserver"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"{USERS}add/", {"email": "new@example.com", "usable_password": "false"}),
        (f"{USERS}{{pk}}/change/", {"email": "alice@example.com", "is_superuser": "on"}),
        (f"{USERS}{{pk}}/password/", {"password1": "x7Kp!q2zL9aa", "password2": "x7Kp!q2zL9aa"}),
        (USERS, {"action": "reset_factors"}),
        (f"{TOKENS}add/", {"user": "{pk}", "scopes": ["shopper"], "days": "30"}),
        ("/admin/accounts/oauthclient/add/", {"user": "{pk}", "name": "x"}),
        ("/admin/auth/group/add/", {"name": "x"}),
        ("/admin/account/emailaddress/add/", {"user": "{pk}", "email": "thief@example.com"}),
        ("/admin/integrations/webhookendpoint/", {"action": "resume"}),
    ],
)
def test_a_dangerous_form_of_the_admin_needs_a_recent_proof(desk, alice, path, fields):
    late(desk)
    before = list(User.objects.values_list("password", "is_superuser"))

    answer = desk.post(path.format(pk=alice.pk), fields)

    assert answer.url.partition("?")[0] == PROVE
    assert list(User.objects.values_list("password", "is_superuser")) == before
    assert not ApiToken.objects.exists()


def test_an_ordinary_form_of_the_admin_needs_none(desk, lamp):
    late(desk)

    answer = desk.post("/admin/catalog/item/", {"action": "x", "_selected_action": [lamp.pk]})

    assert not answer.get("Location", "").startswith(PROVE)


def test_the_forms_of_the_admin_open_without_a_proof(desk):
    assert late(desk).get(f"{USERS}add/").status_code == 200


def test_a_form_of_the_admin_is_sent_once_more_after_the_proof(desk, alice):
    late(desk)
    path = f"{USERS}{alice.pk}/change/"

    desk.post(path, {"email": alice.email, "is_staff": "on", "is_active": "on"})
    back = desk.post(PROVE, {"password": PASSWORD, "next": path})
    saved = desk.get(back.url)

    assert back.url == path
    assert saved.status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff


def test_an_action_on_a_searched_list_is_sent_once_more_after_the_proof(desk, alice):
    late(desk)
    ApiToken.issue(user=alice, scopes=["shopper"])
    path = f"{TOKENS}?q=alice"
    fields = {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk], "index": 0}

    asked = desk.post(path, fields)
    back = desk.post(PROVE, {"password": PASSWORD, "next": path})
    desk.get(back.url)

    assert asked.url.startswith(PROVE)
    assert not ApiToken.objects.usable().exists()


def test_a_proof_of_the_admin_is_good_for_a_quarter_of_an_hour(desk):
    late(desk)
    prove_identity(desk, seconds_ago=14 * 60)
    fields = {"email": "new@example.com", "usable_password": "false"}

    desk.post(f"{USERS}add/", fields)

    assert User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_has_no_password_page_of_its_own(desk, method):
    answer = getattr(desk, method)("/admin/password_change/", {"old_password": "guess"})

    assertRedirects(answer, "/accounts/password/change/")


def test_a_password_set_by_staff_ends_the_sessions_and_is_mailed(desk, alice, security_events):
    Client().force_login(alice)
    User.objects.filter(pk=alice.pk).update(last_login="2026-01-01T00:00Z")
    twice = {"password1": "x7Kp!q2zL9aa", "password2": "x7Kp!q2zL9aa", "usable_password": "true"}

    desk.post(f"{USERS}{alice.pk}/password/", twice)

    alice.refresh_from_db()
    assert alice.check_password("x7Kp!q2zL9aa")
    assert not Session.objects.filter(user_id=alice.pk).exists()
    assert OutgoingMail.objects.get(to=alice.email).subject.endswith("Your password was changed")
    assert security_events.of("authn_password_change")[0]["user.id"] == alice.pk


def test_a_superuser_resets_the_factors_of_a_colleague(desk, clerk, security_events):
    colleague = UserFactory(email="packer@example.com", is_staff=True)
    given_totp(colleague)
    fields = {"action": "reset_factors", "_selected_action": [colleague.pk], "index": 0}
    assertContains(desk.post(USERS, fields), "Reset second factors")

    desk.post(USERS, fields | {"confirmed": "1"})

    assert not Authenticator.objects.exists()
    assert LogEntry.objects.get(object_id=colleague.pk).user == clerk
    assert OutgoingMail.objects.get(to=colleague.email).subject.endswith("Second factor removed")
    event = security_events.of("authn_factor_change")[-1]
    assert (event["user.id"], event["labels"]["author"]) == (colleague.pk, clerk.pk)


def test_nobody_but_a_superuser_resets_factors(client, clerk):
    given_totp(clerk)
    helper = UserFactory(email="helper@example.com", is_staff=True)
    helper.user_permissions.add(*Permission.objects.filter(codename__endswith="_user"))
    client.force_login(helper)
    fields = {"action": "reset_factors", "_selected_action": [clerk.pk], "confirmed": "1"}

    client.post(USERS, fields | {"index": 0})

    assert Authenticator.objects.filter(user=clerk).count() == 2


def test_an_operator_resets_the_factors_of_the_last_superuser(clerk, capsys, security_events):
    Client().force_login(clerk)
    given_totp(clerk)

    call_command("reset_second_factors", "CLERK@example.com")

    assert capsys.readouterr().out == "2 second factors of CLERK@example.com were removed.\n"
    assert not Authenticator.objects.exists()
    assert not Session.objects.filter(user_id=clerk.pk).exists()
    assert security_events.of("authn_factor_change")[0]["user.id"] == clerk.pk
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factors", "nobody@example.com")


def test_staff_who_lack_a_factor_can_sign_out(desk, strict):
    desk.post("/admin/logout/")

    assert desk.get("/orders/").status_code == 302

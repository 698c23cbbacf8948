"""The OAuth 2.0 client credentials body (RFC 6749, 4.4) and revocation (RFC 7009)."""

import base64
from datetime import timedelta
from urllib.parse import quote_plus, urlencode

import pytest
from django.db.models.functions import Now
from django.test import Client
from rest_framework.test import APIClient

from shop.accounts.api import oauth
from shop.accounts.models import ApiToken, OAuthClient
from shop.accounts.oauth_clients import issue_client_token, revoke_client_token, revoke_clients
from shop.accounts.personal_data.erasure import close_account
from tests.support.api import problem_of
from tests.support.concurrency import at_once

TOKEN = "/api/v1/oauth/token/"
REVOKE = "/api/v1/oauth/revoke/"
FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}

pytestmark = pytest.mark.django_db


class Program:
    """A program with the id and the secret of an OAuth client."""

    def __init__(self, user, *scopes: str):
        self.row = OAuthClient(name="Robot", user=user, scopes=list(scopes))
        self.secret = self.row.set_credentials()
        self.row.save()

    @property
    def body(self) -> dict[str, str]:
        return {"client_id": self.row.client_id, "client_secret": self.secret}

    @property
    def basic(self) -> dict[str, str]:
        return basic(self.row.client_id, self.secret)

    def fetch(self, **more: str):
        return post(TOKEN, GRANT | self.body | more)


def basic(client_id: str, secret: str) -> dict[str, str]:
    both = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
    return {"Authorization": f"Basic {base64.b64encode(both).decode()}"}


def post(path: str, form: dict, headers: dict | None = None):
    return Client().post(path, urlencode(form, doseq=True), FORM, headers=headers)


def bearer(token: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def robot(alice) -> Program:
    alice.grant_scopes(["orders:read"])
    return Program(alice, "shopper", "orders:read")


def test_a_client_gets_a_token_for_an_hour_that_acts_for_its_user(robot, alice):
    answer = robot.fetch()

    body = answer.json()
    token = ApiToken.objects.get()
    assert answer.status_code == 200
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "no-store")
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert body["scope"] == "shopper orders:read"
    assert (token.user, token.client, token.name) == (alice, robot.row, "Robot")
    assert token.expires_at - token.created_at == timedelta(hours=1)
    assert bearer(body["access_token"]).get("/api/v1/cart/").status_code == 200


def test_neither_token_nor_secret_is_stored(robot):
    secrets = [robot.fetch().json()["access_token"], robot.secret]

    stored = str([*ApiToken.objects.values(), *OAuthClient.objects.values()])

    assert not any(secret in stored for secret in secrets)


def test_a_client_may_authenticate_by_http_basic(robot):
    answer = post(TOKEN, GRANT, robot.basic)

    assert answer.status_code == 200


def test_a_client_may_request_fewer_scopes(robot):
    body = robot.fetch(scope="shopper shopper").json()

    assert body["scope"] == "shopper"
    assert ApiToken.objects.get().scopes == ["shopper"]


@pytest.mark.parametrize("scope", ["stock:write", "shopper stock:write", "everything", "Shopper"])
def test_more_scopes_than_the_clients_are_refused(robot, scope):
    answer = robot.fetch(scope=scope)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials"] * 2}, 400, "invalid_request"),
        (GRANT, 401, "invalid_client"),
        (GRANT | {"client_id": "nobody", "client_secret": "?"}, 401, "invalid_client"),
        (GRANT | {"client_id": "\x00", "client_secret": "\x00"}, 401, "invalid_client"),
        (GRANT | {"client": "x", "user": "x", "scopes": "x"}, 401, "invalid_client"),
    ],
)
def test_an_invalid_request_gets_the_error_of_the_rfc(form, status, error):
    answer = post(TOKEN, form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer["Cache-Control"] == "no-store"
    assert answer.headers.get("WWW-Authenticate") == (
        'Basic realm="api"' if status == 401 else None
    )


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic ", "Basic ?", "Basic w7/Dvw==", "Basic //8=", "Bearer abc", "Negotiate x"],
)
def test_a_malformed_header_authenticates_no_client(header):
    answer = post(TOKEN, GRANT, {"Authorization": header})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_wrong_secret_is_refused(robot):
    answers = [
        robot.fetch(client_secret="guess"),
        post(TOKEN, GRANT, basic(robot.row.client_id, "")),
    ]

    assert [answer.json()["error"] for answer in answers] == ["invalid_client"] * 2
    assert not ApiToken.objects.exists()


def test_a_client_authenticates_in_one_way_only(robot, bob):
    other = Program(bob, "shopper")

    twice = post(TOKEN, GRANT | robot.body, robot.basic)
    of_another = post(TOKEN, GRANT | {"client_id": other.row.client_id}, robot.basic)

    assert twice.json()["error"] == of_another.json()["error"] == "invalid_request"
    assert not ApiToken.objects.exists()


def test_a_secret_in_the_url_is_ignored(robot):
    answer = post(f"{TOKEN}?{urlencode(GRANT | robot.body)}&%ZZ=ü", GRANT)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_json_is_refused(robot):
    answer = APIClient().post(TOKEN, GRANT | robot.body)

    assert problem_of(answer) == (415, "unsupported-media-type")


def test_a_token_is_requested_by_post():
    assert problem_of(APIClient().get(TOKEN)) == (405, "method-not-allowed")


# Revocation and expiry


def test_revoking_a_client_revokes_its_tokens_and_no_others(robot, alice, bob):
    other = Program(bob, "shopper")
    hers, his = (bearer(program.fetch().json()["access_token"]) for program in (robot, other))

    count = revoke_clients(client_ids=[robot.row.pk])

    assert count == 1
    assert hers.get("/api/v1/cart/").status_code == 401
    assert his.get("/api/v1/cart/").status_code == 200
    assert robot.fetch().json()["error"] == "invalid_client"
    assert revoke_clients(client_ids=[robot.row.pk]) == 0


def test_a_client_of_an_inactive_user_gets_nothing(robot, alice):
    alice.is_active = False
    alice.save()

    assert robot.fetch().json()["error"] == "invalid_client"


def test_closing_the_account_ends_its_clients(robot, alice):
    robot.fetch()

    close_account(customer=alice)

    assert not OAuthClient.objects.exists()
    assert not ApiToken.objects.exists()


def test_a_token_of_a_client_expires_after_an_hour(robot):
    shopper = bearer(robot.fetch().json()["access_token"])
    ApiToken.objects.update(expires_at=Now())

    assert problem_of(shopper.get("/api/v1/cart/")) == (401, "not-authenticated")


def test_a_client_revokes_its_own_tokens_only(robot, bob):
    revoked, untouched = (robot.fetch().json()["access_token"] for _ in range(2))
    others = Program(bob, "shopper").fetch().json()["access_token"]

    answers = [
        post(REVOKE, {"token": secret, "token_type_hint": "access_token"}, robot.basic)
        for secret in (revoked, revoked, others, "nonsense")
    ]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 4
    statuses = [
        bearer(secret).get("/api/v1/cart/").status_code for secret in (revoked, untouched, others)
    ]
    assert statuses == [401, 200, 200]


def test_only_a_client_revokes_tokens(robot):
    token = robot.fetch().json()["access_token"]

    nobody = post(REVOKE, {"token": token})
    nothing = post(REVOKE, {}, robot.basic)

    assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")
    assert (nothing.status_code, nothing.json()["error"]) == (400, "invalid_request")
    assert bearer(token).get("/api/v1/cart/").status_code == 200


def test_a_client_cannot_revoke_a_personal_token(robot, alice):
    token = ApiToken.issue(user=alice, scopes=["shopper"])

    revoke_client_token(client_id=robot.row.pk, secret=token)

    assert ApiToken.objects.usable().exists()


@pytest.mark.django_db(transaction=True)
def test_no_token_outlives_a_client_that_is_revoked_meanwhile(robot):
    def fetch(n: int):
        return lambda: issue_client_token(
            client_id=robot.row.pk, secret=f"secret {n}", scopes=["shopper"]
        )

    for round_ in range(5):
        OAuthClient.objects.update(revoked_at=None)
        fetches = [fetch(10 * round_ + n) for n in range(4)]
        at_once(*fetches[:2], lambda: revoke_clients(client_ids=[robot.row.pk]), *fetches[2:])

        assert not ApiToken.objects.usable().exists()


# Limits


def test_the_tokens_of_a_client_are_limited(robot, alice, monkeypatch):
    other = Program(alice, "shopper")
    monkeypatch.setattr(oauth, "PER_CLIENT", oauth.PER_CLIENT._replace(rate=0.001, burst=2))

    answers = [robot.fetch() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem_of(answers[2]) == (429, "throttled")
    assert int(answers[2]["Retry-After"]) == 1000
    assert other.fetch().status_code == 200


def test_wrong_secrets_are_limited_by_address_and_do_not_lock_the_client_out(robot, settings):
    settings.API_RATE, settings.API_BURST = 0.001, 3

    guesses = [robot.fetch(client_secret=f"guess {n}").status_code for n in range(4)]
    elsewhere = Client().post(TOKEN, urlencode(GRANT | robot.body), FORM, REMOTE_ADDR="192.0.2.9")

    assert guesses == [401, 401, 401, 429]
    assert elsewhere.status_code == 200

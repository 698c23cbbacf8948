"""API tokens: creation, revocation and expiry, and the time of their last use."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from rest_framework.test import APIClient

from shop.accounts.exceptions import NameTaken, TooManyTokens
from shop.accounts.models import ApiToken, OAuthClient
from shop.accounts.personal_data.retention import delete_ended_tokens
from shop.accounts.tokens import (
    MAX_TOKENS,
    issue_personal_token,
    record_use,
    revoke_tokens,
)
from tests.support.api import client_of, problem_of
from tests.support.concurrency import at_once

pytestmark = pytest.mark.django_db


def make(user, name="Robot", lifetime=None) -> str:
    return issue_personal_token(user=user, name=name, scopes=["shopper"], lifetime=lifetime)


def test_only_the_last_characters_of_a_token_are_stored(alice):
    secret = make(alice)

    token = ApiToken.objects.get()
    assert (token.name, token.hint) == ("Robot", secret[-4:])
    assert secret not in str(ApiToken.objects.values().get())


def test_a_lifetime_is_counted_by_the_database(alice):
    make(alice, lifetime=timedelta(days=30))

    token = ApiToken.objects.get()
    assert token.expires_at - token.created_at == timedelta(days=30)


def test_a_name_is_unique_among_tokens_in_force(alice, bob):
    make(alice)
    make(bob)

    with pytest.raises(NameTaken):
        make(alice)

    assert ApiToken.objects.filter(user=alice).count() == 1
    revoke_tokens(token_ids=[ApiToken.objects.get(user=alice).pk])
    assert make(alice)


def test_a_user_has_a_limited_number_of_tokens(alice):
    for n in range(MAX_TOKENS):
        make(alice, f"Robot {n}")

    with pytest.raises(TooManyTokens):
        make(alice, "One more")

    assert ApiToken.objects.count() == MAX_TOKENS


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_stay_within_the_limit_of_tokens(alice):
    for n in range(MAX_TOKENS - 1):
        make(alice, f"Robot {n}")

    results = at_once(*[lambda n=n: make(alice, f"At once {n}") for n in range(4)])

    assert sum(isinstance(result, TooManyTokens) for result in results) == 3
    assert ApiToken.objects.count() == MAX_TOKENS


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_creates_one_token(alice):
    results = at_once(*[lambda: make(alice)] * 4)

    assert sum(isinstance(result, NameTaken) for result in results) == 3
    assert ApiToken.objects.count() == 1


# Revocation and expiry


def test_a_revoked_token_is_refused_at_once(alice):
    shopper = client_of(alice, "shopper")
    assert shopper.get("/api/v1/cart/").status_code == 200

    revoke_tokens(token_ids=[ApiToken.objects.get().pk])

    assert problem_of(shopper.get("/api/v1/cart/")) == (401, "not-authenticated")


def test_an_expired_token_is_refused(alice):
    shopper = client_of(alice, "shopper")
    ApiToken.objects.update(expires_at=Now())

    assert problem_of(shopper.get("/api/v1/cart/")) == (401, "not-authenticated")


def test_a_scope_that_is_missing_is_a_403(alice):
    reader = client_of(alice, "orders:read")

    assert problem_of(reader.get("/api/v1/cart/")) == (403, "permission-denied")


def test_ended_tokens_are_deleted_after_their_retention(alice):
    client = OAuthClient(name="Robot", user=alice, scopes=["shopper"])
    client.set_credentials()
    client.save()
    for name, fields in {
        "in force": {},
        "expired lately": {"expires_at": Now() - timedelta(days=29)},
        "expired long ago": {"expires_at": Now() - timedelta(days=31)},
        "revoked lately": {"revoked_at": Now() - timedelta(days=29)},
        "revoked long ago": {"revoked_at": Now() - timedelta(days=31)},
        "fetched": {"client": client, "expires_at": Now() + timedelta(minutes=1)},
        "fetched and over": {"client": client, "expires_at": Now() - timedelta(minutes=1)},
    }.items():
        make(alice, name)
        ApiToken.objects.filter(name=name).update(**fields)

    delete_ended_tokens()

    left = set(ApiToken.objects.values_list("name", flat=True))
    assert left == {"in force", "expired lately", "revoked lately", "fetched"}


# The last use


def test_a_use_is_written_once_a_minute(alice):
    shopper = client_of(alice, "shopper")
    assert ApiToken.objects.get().last_used_at is None

    shopper.get("/api/v1/cart/")
    first = ApiToken.objects.get().last_used_at
    shopper.get("/api/v1/cart/")
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=Now() - timedelta(minutes=2))
    shopper.get("/api/v1/cart/")
    assert ApiToken.objects.get().last_used_at >= first


def test_a_recent_use_costs_no_statement(alice, django_assert_num_queries):
    reader = client_of(alice, "orders:read")
    reader.get("/api/v1/cart/")

    with django_assert_num_queries(1):
        reader.get("/api/v1/cart/")


def test_a_refused_token_is_not_used(alice):
    shopper = client_of(alice, "shopper")
    ApiToken.objects.update(revoked_at=Now())

    shopper.get("/api/v1/cart/")

    assert ApiToken.objects.get().last_used_at is None


@pytest.mark.django_db(transaction=True)
def test_a_use_waits_for_no_lock(alice, caplog):
    shopper = client_of(alice, "shopper")

    with transaction.atomic():
        list(ApiToken.objects.all().lock())
        [answer] = at_once(lambda: shopper.get("/api/v1/cart/").status_code)

    assert answer == 200
    assert ApiToken.objects.get().last_used_at is None
    assert "was not written" not in caplog.text  # as it would be after a lock timeout


@pytest.mark.django_db(transaction=True)
def test_one_of_many_uses_at_once_is_written_and_all_are_answered(alice):
    secret = ApiToken.issue(user=alice, scopes=["shopper"])

    def call() -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        return APIClient(headers=headers).get("/api/v1/cart/").status_code

    assert at_once(*[call] * 6) == [200] * 6
    assert ApiToken.objects.get().last_used_at


def test_a_use_that_cannot_be_written_does_not_fail_the_request(alice, monkeypatch, caplog):
    def fail(**kwargs):
        raise DatabaseError("read only")

    shopper = client_of(alice, "shopper")
    monkeypatch.setattr("shop.accounts.api.authentication.record_use", fail)

    assert shopper.get("/api/v1/cart/").status_code == 200
    assert "was not written: read only" in caplog.text


def test_a_use_of_a_deleted_token_is_ignored(db):
    record_use(token_id=999)

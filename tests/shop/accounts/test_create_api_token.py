"""The command that creates API tokens."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from shop.accounts.models import ApiToken, User

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("create_api_token", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_one_token_for_each_address_is_printed_in_their_order(alice, bob):
    tokens = create("bob@example.com", "ALICE@example.com", "--scope", "shopper")

    owners = [ApiToken.objects.get(digest=ApiToken.digest_of(token)).user for token in tokens]
    assert owners == [bob, alice]


def test_a_token_authenticates_with_its_scopes(alice):
    [token] = create("alice@example.com", "--scope", "shopper", "--scope", "stock:write")

    client = APIClient(headers={"authorization": f"Bearer {token}"})
    assert ApiToken.objects.get().scopes == ["shopper", "stock:write"]
    assert client.get("/api/v1/cart/").status_code == 200


def test_an_unknown_address_creates_no_token_for_any_address(alice):
    with pytest.raises(CommandError, match="no active user nobody@"):
        create("alice@example.com", "nobody@example.com", "--scope", "shopper")

    assert not ApiToken.objects.exists()


def test_an_account_that_was_closed_gets_no_token(alice):
    User.objects.update(is_active=False)

    with pytest.raises(CommandError, match="no active user"):
        create("alice@example.com", "--scope", "shopper", "--create-users")

    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("arguments", [["--scope", "everything"], ["--scope", "shopper "], []])
def test_an_unknown_or_missing_scope_creates_no_token(alice, arguments):
    with pytest.raises(CommandError):
        create("alice@example.com", *arguments)

    assert not ApiToken.objects.exists()


def test_users_are_created_with_the_option_for_it(alice):
    tokens = create("New@Example.com", "alice@example.com", "--scope", "shopper", "--create-users")

    made = User.objects.get(email="new@example.com")
    assert len(set(tokens)) == 2
    assert not made.has_usable_password()
    assert User.objects.count() == 2


def test_no_user_is_created_for_an_invalid_address(alice):
    with pytest.raises(CommandError, match="Not an e-mail address: 'new@'"):
        create("alice@example.com", "b@example.com", "new@", "--scope", "shopper", "--create-users")

    assert User.objects.get() == alice
    assert not ApiToken.objects.exists()


def test_an_address_given_twice_gets_two_tokens(alice):
    tokens = create("alice@example.com", "Alice@example.com", "--scope", "shopper")

    assert len(set(tokens)) == 2


def test_a_token_may_have_a_name_and_an_expiry(alice):
    create("alice@example.com", "--scope", "shopper", "--name", "Partner", "--days", "30")

    token = ApiToken.objects.get()
    assert token.name == "Partner"
    assert (token.expires_at - token.created_at).days == 30


def test_a_token_has_no_name_and_no_expiry_by_default(alice):
    create("alice@example.com", "--scope", "shopper")

    assert (ApiToken.objects.get().name, ApiToken.objects.get().expires_at) == ("", None)


@pytest.mark.parametrize("more", [["--days", "0"], ["--days", "x"], ["--name", "x" * 101]])
def test_an_invalid_name_or_expiry_creates_no_token(alice, more):
    with pytest.raises(CommandError):
        create("alice@example.com", "--scope", "shopper", *more)

    assert not ApiToken.objects.exists()

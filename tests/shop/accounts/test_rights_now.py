"""What a token may do is its scopes and what its user may do now: a demotion ends the rest."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from shop.accounts.models import ApiToken, OAuthClient, User
from shop.core.api.permissions import STAFF_RIGHTS, Scope, held_scopes
from tests.support.api import client_of, problem_of
from tests.support.factories import UserFactory

ORDERS = "/api/v1/exports/orders/"
WAREHOUSES = "/api/v1/warehouses/"
TOKEN = "/api/v1/oauth/token/"
STAFF_SCOPES = sorted(set(Scope.values) - {Scope.SHOPPER})

pytestmark = pytest.mark.django_db


def colleague(*rights: str) -> User:
    """Return a member of staff with the rights, by a group."""
    user = UserFactory(is_staff=True)
    codenames = [right.split(".")[1] for right in rights]
    group = Group.objects.create(name="Desk")
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user.groups.add(group)
    return user


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def program(clerk):
    """A client of OAuth that may read all orders, as its user may."""
    row = OAuthClient(name="Robot", user=clerk, scopes=["orders:read"])
    secret = row.set_credentials()
    row.save()
    grant = {"grant_type": "client_credentials", "client_id": row.client_id}
    form = urlencode(grant | {"client_secret": secret})
    return lambda: Client().post(TOKEN, form, "application/x-www-form-urlencoded")


def by_form(user: User) -> None:
    user.is_staff = user.is_superuser = False
    user.save()


def by_sql(user: User) -> None:
    with connection.cursor() as cursor:
        demote = "UPDATE accounts_user SET is_staff = false, is_superuser = false WHERE id = %s"
        cursor.execute(demote, [user.pk])


def by_leaving(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("demote", [by_form, by_sql])
def test_the_token_of_a_demoted_administrator_reads_no_orders_of_others(clerk, demote):
    caller = client_of(clerk, "shopper", "orders:read")
    assert caller.get(ORDERS).status_code == 200

    demote(clerk)

    assert problem_of(caller.get(ORDERS)) == (403, "permission-denied")
    assert caller.get("/api/v1/cart/").status_code == 200


def test_a_leavers_token_is_refused(clerk):
    caller = client_of(clerk, "orders:read")

    by_leaving(clerk)

    assert problem_of(caller.get(ORDERS)) == (401, "not-authenticated")


@pytest.mark.parametrize("scope", STAFF_SCOPES)
def test_a_colleague_holds_a_scope_by_rights_and_loses_it_with_any_of_them(scope):
    user = colleague(*STAFF_RIGHTS[scope])
    assert held_scopes(fresh(user), STAFF_SCOPES) >= {scope}

    for right in STAFF_RIGHTS[scope]:
        lost = Permission.objects.get(codename=right.split(".")[1])
        user.groups.get().permissions.remove(lost)
        assert scope not in held_scopes(fresh(user), [scope])
        user.groups.get().permissions.add(lost)
    user.groups.clear()

    assert held_scopes(fresh(user), Scope.values) == {"shopper"}


def test_a_colleague_who_leaves_a_group_loses_the_scope_of_every_token():
    user = colleague(*STAFF_RIGHTS[Scope.STOCK_WRITE])
    caller = client_of(user, "stock:write")
    assert caller.get(WAREHOUSES).status_code == 200

    user.groups.clear()

    assert problem_of(caller.get(WAREHOUSES)) == (403, "permission-denied")


def test_rights_of_staff_are_none_for_who_is_no_staff():
    user = colleague(*STAFF_RIGHTS[Scope.ORDERS_READ])
    user.is_staff = False
    user.save()

    assert held_scopes(fresh(user), STAFF_SCOPES) == set()


def test_a_grant_to_a_partner_stands_until_it_is_taken(alice):
    caller = client_of(alice, "stock:write")
    assert caller.get(WAREHOUSES).status_code == 200

    User.objects.filter(pk=alice.pk).update(granted_scopes=[])

    assert problem_of(caller.get(WAREHOUSES)) == (403, "permission-denied")


def test_a_demotion_ends_what_was_granted_and_a_promotion_does_not(alice):
    alice.grant_scopes(["stock:write"])
    for rights in ({"is_staff": True}, {"is_superuser": True}):
        User.objects.filter(pk=alice.pk).update(**rights)
        assert fresh(alice).granted_scopes == ["stock:write"]

    User.objects.filter(pk=alice.pk).update(is_superuser=False)

    assert fresh(alice).granted_scopes == []


def test_a_token_that_its_user_made_grants_nothing(alice):
    secret = ApiToken.issue(user=alice, scopes=["orders:read"], may_grant=False)

    answer = APIClient(headers={"Authorization": f"Bearer {secret}"}).get(ORDERS)

    assert problem_of(answer) == (403, "permission-denied")


def test_a_client_of_oauth_gets_what_its_user_holds_now(program, clerk):
    issued = program().json()
    caller = APIClient(headers={"Authorization": f"Bearer {issued['access_token']}"})
    assert caller.get(ORDERS).status_code == 200

    by_sql(clerk)

    assert problem_of(caller.get(ORDERS)) == (403, "permission-denied")
    assert program().json()["error"] == "invalid_scope"


def test_a_superusers_session_on_the_api_ends_with_the_rank(client, clerk):
    client.force_login(clerk)
    assert client.get(ORDERS).status_code == 200

    by_sql(clerk)

    assert client.get(ORDERS).status_code == 403


def test_a_grant_is_in_the_security_log(security_events, alice):
    alice.grant_scopes(["shopper", "stock:write"])
    alice.grant_scopes(["stock:write"])

    [event] = security_events.of("privilege_permissions_changed")
    assert event["user.id"] == alice.pk
    assert event["labels"] == {"granted": ["stock:write"]}

"""An endpoint receives what its user may read at that moment, not what it could be told once."""

import json

import pytest

from catalog.items import update_item
from shop.accounts.models import User
from shop.integrations.models import WebhookDelivery
from shop.integrations.tasks import fan_out_events, send_webhooks
from tests.support.api import client_of, problem_of
from tests.support.events import settle
from tests.support.factories import given_stock
from tests.support.stories import order
from tests.support.webhook_delivery import HOOKS, deliver, let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True)]


def demote(user) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=False, is_superuser=False)


@pytest.fixture
def endpoint(clerk, subscribe, lamp):
    """An endpoint of an administrator, who is told of all orders."""
    given_stock({lamp: 5})
    return subscribe(clerk, scopes=["orders:read"])


def types_of(receiver) -> list[str]:
    return [json.loads(call.body)["type"] for call in receiver.calls]


def test_a_demoted_administrators_endpoint_is_told_of_no_more_orders(
    endpoint, clerk, alice, lamp, receiver, security_events
):
    order(alice, {lamp: 1})
    deliver()
    assert "order.submitted" in types_of(receiver)
    receiver.calls.clear()

    demote(clerk)
    order(alice, {lamp: 1})
    update_item(item_id=lamp.pk, name="Still told")
    deliver()

    assert set(types_of(receiver)) <= {"item.updated", "stock.changed", "stock.low"}
    assert "item.updated" in types_of(receiver)
    endpoint.refresh_from_db()
    assert endpoint.scopes == []
    lost = security_events.of("privilege_permissions_changed")[-1]
    assert lost["labels"] == {"webhook": endpoint.pk, "lost": ["orders:read"]}


def test_what_waits_is_given_up_when_it_is_due(endpoint, clerk, alice, lamp, receiver):
    order(alice, {lamp: 1})
    settle()
    fan_out_events()
    waiting = WebhookDelivery.objects.pending().filter(type="order.submitted")
    assert waiting.count() == 1

    demote(clerk)
    send_webhooks()
    let_time_pass()
    send_webhooks()

    assert "order.submitted" not in types_of(receiver)
    given_up = WebhookDelivery.objects.get(type="order.submitted")
    assert (given_up.status, given_up.attempts) == (WebhookDelivery.Status.GIVEN_UP, 0)
    assert given_up.error == "The owner of the endpoint may not read this any more."


def test_what_was_told_is_neither_listed_nor_sent_again(endpoint, clerk, alice, lamp, receiver):
    order(alice, {lamp: 1})
    deliver()
    told = WebhookDelivery.objects.get(type="order.submitted")
    caller = client_of(clerk, "shopper")
    log = f"{HOOKS}{endpoint.pk}/deliveries/"
    replay = f"{log}{told.pk}/replay/"
    demote(clerk)
    receiver.calls.clear()

    listed = caller.get(log).json()["results"]
    again = caller.post(replay)
    deliver()

    assert listed
    assert not [line for line in listed if line["type"].startswith("order.")]
    assert problem_of(again) == (404, "not-found")
    assert "order.submitted" not in types_of(receiver)


def test_the_owner_still_finds_and_deletes_the_endpoint(endpoint, clerk):
    caller = client_of(clerk, "shopper")
    demote(clerk)

    assert [row["id"] for row in caller.get(HOOKS).json()["results"]] == [endpoint.pk]
    assert caller.delete(f"{HOOKS}{endpoint.pk}/").status_code == 204


def test_a_shopper_goes_on_being_told_of_their_own_orders(alice, subscribe, lamp, receiver):
    given_stock({lamp: 5})
    subscribe(alice)

    order(alice, {lamp: 1})
    deliver()

    assert "order.submitted" in types_of(receiver)

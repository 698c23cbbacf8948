"""Endpoints, and a server that receives their messages."""

from collections.abc import Callable, Iterator

import pytest

from catalog.items import update_item
from shop.integrations.models import Event, WebhookEndpoint
from shop.integrations.tasks import fan_out_events
from shop.integrations.webhooks.endpoints import create_endpoint
from tests.support.api import client_of
from tests.support.events import settle
from tests.support.webhook_delivery import HOOKS
from tests.support.webhook_receiver import Receiver, run_receiver


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver() as server:
        yield server


@pytest.fixture
def subscribe(receiver) -> Callable[..., WebhookEndpoint]:
    """Return a function that subscribes the receiver to a user's events from now on.

    It waits until earlier events are settled, because unsettled ones would be delivered too.
    """

    def create(user, *, url="", scopes=("shopper",), events=tuple(Event.Type.values)):
        settle()
        return create_endpoint(
            user=user, scopes=scopes, url=url or receiver.url, events=sorted(events)
        )

    return create


@pytest.fixture
def waiting(alice, lamp, subscribe):
    """Return an endpoint with one pending delivery."""
    endpoint = subscribe(alice, events=["item.updated"])
    update_item(item_id=lamp.pk, name="Changed")
    settle()
    fan_out_events()
    return endpoint


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def endpoint_input(receiver):
    return {"url": receiver.url, "events": ["order.submitted", "item.updated"]}


@pytest.fixture
def created(shopper, endpoint_input):
    """Return a new endpoint of alice's, as the API shows it."""
    settle()
    return shopper.post(HOOKS, {**endpoint_input, "description": "My till"}).json()

"""Endpoints and who receives at them."""

from collections.abc import Callable, Iterator

import pytest

from catalog.items import update_item
from shop.integrations.models import Event, WebhookEndpoint
from shop.integrations.tasks import follow_events
from shop.integrations.webhooks.endpoints import create_endpoint
from tests.support.api import client_of
from tests.support.events import settle
from tests.support.webhook_delivery import HOOKS
from tests.support.webhook_receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def told(receiver) -> Callable[..., WebhookEndpoint]:
    """Have a user's receiver be told of what happens from now on.

    What is not settled counts as now, and other tests on the server may keep it back.
    """

    def tell(user, *, url="", scopes=("shopper",), events=tuple(Event.Type.values)):
        settle()
        return create_endpoint(
            user=user, scopes=scopes, url=url or receiver.url, events=sorted(events)
        )

    return tell


@pytest.fixture
def waiting(alice, lamp, told):
    """An endpoint with one message that waits for it."""
    endpoint = told(alice, events=["item.updated"])
    update_item(item_id=lamp.pk, name="Changed")
    settle()
    follow_events()
    return endpoint


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def asked(receiver):
    return {"url": receiver.url, "events": ["order.submitted", "item.updated"]}


@pytest.fixture
def one(shopper, asked):
    """A new endpoint of alice's, as it was answered."""
    settle()
    return shopper.post(HOOKS, {**asked, "description": "My till"}).json()

"""Staff look at webhooks, and pause, resume, try and replay them."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from catalog.items import update_item
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import fan_out_events
from shop.integrations.webhooks.endpoints import delete_endpoint
from shop.integrations.webhooks.metrics import oldest_undelivered
from tests.support.events import settle
from tests.support.webhook_delivery import deliver, select_endpoint

ENDPOINTS = "/admin/integrations/webhookendpoint/"
DELIVERIES = "/admin/integrations/webhookdelivery/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def endpoint(alice, lamp, subscribe):
    endpoint = subscribe(alice, events=["item.updated"])
    update_item(item_id=lamp.pk, name="Changed")
    deliver()
    return endpoint


def act(desk, page, action, row):
    form = {"action": action, "_selected_action": [row.pk], "index": 0}
    return desk.post(page, form, follow=True)


def test_the_pages_show_everything_but_the_secret(desk, endpoint):
    message = WebhookDelivery.objects.get()
    pages = [
        desk.get(url)
        for url in (
            ENDPOINTS,
            f"{ENDPOINTS}{endpoint.pk}/change/",
            DELIVERIES,
            f"{DELIVERIES}{message.pk}/change/",
        )
    ]

    assert {page.status_code for page in pages} == {200}
    assert not any(endpoint.secret in page.content.decode() for page in pages)
    assert endpoint.url in pages[1].content.decode()
    assert message.message_id in pages[3].content.decode()


def test_an_endpoint_is_paused_and_resumed(desk, endpoint, lamp, receiver):
    act(desk, ENDPOINTS, "pause", endpoint)
    update_item(item_id=lamp.pk, name="Meanwhile")
    deliver()
    assert len(receiver.calls) == 1

    act(desk, ENDPOINTS, "resume", endpoint)
    deliver()

    assert len(receiver.calls) == 2
    assert WebhookEndpoint.objects.get().is_active


def test_a_message_is_sent_once_more_and_a_test_on_its_own(desk, endpoint, receiver):
    message = WebhookDelivery.objects.get()
    act(desk, DELIVERIES, "replay", message)
    act(desk, ENDPOINTS, "send_test", endpoint)
    deliver()

    assert receiver.ids.count(message.message_id) == 2
    assert len(receiver.calls) == 3


@pytest.mark.parametrize("page", [ENDPOINTS, DELIVERIES])
def test_a_customer_sees_nothing(client, mallory, page):
    client.force_login(mallory)

    assert client.get(page).status_code == 302


def test_an_old_message_that_is_sent_once_more_is_not_late(desk, client, endpoint):
    WebhookDelivery.objects.update(happened_at=Now() - timedelta(days=3))
    act(desk, DELIVERIES, "replay", WebhookDelivery.objects.get())

    assert oldest_undelivered() < 60


def test_a_deleted_endpoint_is_not_shown_and_not_brought_back(desk, endpoint):
    delete_endpoint(endpoints=select_endpoint(endpoint))

    act(desk, ENDPOINTS, "resume", endpoint)

    assert select_endpoint(endpoint).get().status == "deleted"
    assert str(endpoint.url) not in desk.get(ENDPOINTS).content.decode()
    assert "shop_webhooks_paused 0.0" in desk.get("/metrics").content.decode()


def test_metrics_show_how_far_behind_the_endpoints_are(client, endpoint, lamp):
    def read_metrics() -> dict[str, float]:
        lines = client.get("/metrics").content.decode().splitlines()
        pairs = [line.split() for line in lines if line.startswith("shop_webhook")]
        return {name: float(value) for name, value in pairs}

    before = read_metrics()
    update_item(item_id=lamp.pk, name="Unseen")
    Event.objects.update(at=Now() - timedelta(hours=1))
    unseen = read_metrics()
    settle()
    fan_out_events()
    WebhookDelivery.objects.pending().update(created_at=Now() - timedelta(hours=1))
    unsent = read_metrics()
    WebhookEndpoint.objects.update(status="paused")

    assert before == {
        "shop_webhook_oldest_undelivered_seconds": 0,
        "shop_webhooks_paused": 0,
    }
    for late in (unseen, unsent):
        assert 3600 <= late["shop_webhook_oldest_undelivered_seconds"] < 3700
    assert read_metrics() == {
        "shop_webhook_oldest_undelivered_seconds": 0,
        "shop_webhooks_paused": 1,
    }

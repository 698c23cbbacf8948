"""Deleting an endpoint: sending stops at once, and sweeps delete the log in batches."""

import pytest

from catalog.items import update_item
from shop.accounts.personal_data.erasure import close_account
from shop.core.db.transactions import run_transaction
from shop.core.models import IdempotencyRecord
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import fan_out_events, send_webhooks
from shop.integrations.webhooks import retention
from shop.integrations.webhooks.endpoints import MAX_ENDPOINTS_PER_USER, delete_endpoint
from shop.retention import delete_old_rows
from tests.support.api import problem_of
from tests.support.concurrency import at_once
from tests.support.events import settle
from tests.support.webhook_delivery import HOOKS, deliver

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_a_deleted_endpoint_is_hidden_at_once_and_its_log_swept_bit_by_bit(
    shopper, created, lamp, rug, receiver, monkeypatch
):
    deliver()
    for item in (lamp, rug):
        update_item(item_id=item.pk, name="Waits")
    settle()
    fan_out_events()
    lines = WebhookDelivery.objects.count()
    calls_before = len(receiver.calls)

    shopper.delete(f"{HOOKS}{created['id']}/")
    deliver()

    assert lines == WebhookDelivery.objects.count() >= 4
    assert len(receiver.calls) == calls_before
    assert shopper.get(HOOKS).json()["results"] == []
    hidden = WebhookEndpoint.objects.get()
    assert (hidden.status, hidden.secret, hidden.old_secret) == ("deleted", "", "")
    monkeypatch.setattr(retention, "BATCH_SIZE", lines - 1)
    assert retention.delete_old_deliveries() == lines - 1
    assert WebhookEndpoint.objects.exists()
    assert retention.delete_old_deliveries() == 1
    assert not WebhookEndpoint.objects.exists()


def test_a_deleted_endpoint_makes_room_for_another(shopper, endpoint_input, created):
    for _ in range(MAX_ENDPOINTS_PER_USER - 1):
        shopper.post(HOOKS, endpoint_input)
    assert problem_of(shopper.post(HOOKS, endpoint_input)) == (409, "too-many-webhooks")

    shopper.delete(f"{HOOKS}{created['id']}/")

    assert shopper.post(HOOKS, endpoint_input).status_code == 201


def test_deleting_while_messages_are_written_taken_and_swept_sends_nothing_unsigned(
    alice, lamp, shopper, endpoint_input, receiver, caplog
):
    for turn in range(4):
        settle()
        made = shopper.post(HOOKS, endpoint_input).json()
        update_item(item_id=lamp.pk, name=f"Lamp {turn}")
        settle()
        fan_out_events()
        gone = WebhookEndpoint.objects.filter(pk=made["id"])

        results = at_once(
            send_webhooks,
            lambda endpoints=gone: run_transaction(delete_endpoint, endpoints=endpoints),
            lambda: run_transaction(retention.delete_old_deliveries),
            fan_out_events,
        )

        assert [r for r in results if isinstance(r, Exception)] == []
        assert "cannot be sent" not in caplog.text
        for call in receiver.calls:
            call.verified(made["secret"])
        receiver.calls.clear()
    retention.delete_old_deliveries()
    assert not WebhookDelivery.objects.exists()
    assert not WebhookEndpoint.objects.exists()


def test_a_closed_account_receives_nothing_and_leaves_no_address(alice, created, lamp, receiver):
    close_account(customer=alice)
    update_item(item_id=lamp.pk, name="Later")

    deliver()

    assert receiver.calls == []
    hidden = WebhookEndpoint.objects.get()
    assert (hidden.status, hidden.url, hidden.description) == ("deleted", "", "")
    assert (hidden.secret, hidden.old_secret) == ("", "")
    assert not IdempotencyRecord.objects.exists()
    delete_old_rows()
    assert not WebhookEndpoint.objects.exists()

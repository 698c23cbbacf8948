"""Many workers at once: nothing twice, nothing out of order, no endpoint starved."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from catalog.items import update_item
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import fan_out_events, send_webhooks
from shop.integrations.webhooks.fan_out import MAX_PENDING
from shop.integrations.webhooks.http_client import Outcome
from shop.integrations.webhooks.leases import FAILING_THRESHOLD, MAX_IN_FLIGHT, claim_due
from shop.integrations.webhooks.outcomes import Timing, record_failure, record_successes
from shop.integrations.webhooks.sender import SENDER_SLOTS, Sender, sender_slot
from tests.support.concurrency import at_once, count_held_slots
from tests.support.events import settle
from tests.support.factories import ItemFactory, given_stock
from tests.support.webhook_delivery import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

FAILED, TAKEN = Outcome(1, status=500), Outcome(1, status=200)


def number_of(message_id: str) -> int:
    return int(message_id.removeprefix("evt_"))


def test_a_worker_that_dies_only_delays(waiting, receiver):
    [taken] = claim_due(limit=5)  # by a worker that dies
    send_webhooks()
    assert receiver.calls == []

    WebhookDelivery.objects.update(claimed_until=Now() - timedelta(seconds=1))
    send_webhooks()

    assert receiver.ids == [taken.message_id]


def test_a_worker_that_returns_after_its_lease_overwrites_nothing(waiting):
    [late] = claim_due(limit=1)
    let_time_pass()
    [again] = claim_due(limit=1)

    assert not record_failure(delivery=late, outcome=FAILED)
    assert record_successes(attempts=[(late, TAKEN)]) == 0
    assert record_successes(attempts=[(again, TAKEN)]) == 1
    assert not record_failure(delivery=late, outcome=FAILED)
    assert WebhookDelivery.objects.get().status == "delivered"


def test_many_fan_outs_at_once_write_each_message_once(alice, clerk, lamp, subscribe):
    endpoints = [subscribe(alice), subscribe(clerk)]
    given_stock(dict.fromkeys(ItemFactory.create_batch(20), 5))
    settle()

    at_once(*[fan_out_events] * 6)
    fan_out_events()

    public = Event.objects.filter(user_id=None).count()
    for endpoint in endpoints:
        ids = list(endpoint.deliveries.order_by("pk").values_list("message_id", flat=True))
        assert len(ids) == len(set(ids))
        assert len(ids) == public - 1  # the lamp was there before
        assert ids == sorted(ids, key=number_of)


def test_many_claimers_at_once_take_each_message_once(alice, subscribe):
    subscribe(alice, events=["item.updated"])
    ItemFactory.create_batch(30)
    settle()
    fan_out_events()

    taken = at_once(*[lambda: run_transaction(claim_due, limit=3)] * 8)

    batches = [batch for batch in taken if not isinstance(batch, Busy)]
    keys = [delivery.pk for batch in batches for delivery in batch]
    assert len(keys) == len(set(keys))
    assert len(keys) <= MAX_IN_FLIGHT


def test_many_senders_at_once_keep_the_order_and_send_nothing_twice(
    alice, lamp, rug, subscribe, receiver, settings
):
    settings.WEBHOOK_SENDERS = 4
    subscribe(alice, events=["item.updated"])
    for step in range(8):
        update_item(item_id=lamp.pk, name=f"Lamp {step}")
        update_item(item_id=rug.pk, name=f"Rug {step}")
    settle()
    fan_out_events()

    assert at_once(*[send_webhooks] * 6) == [None] * 6

    assert len(receiver.ids) == len(set(receiver.ids)) == 16
    for item in (lamp, rug):
        ids = [call.id for call in receiver.calls if f'"item:{item.pk}"' in call.body]
        assert ids == sorted(ids, key=number_of)


def test_a_locked_endpoint_is_claimed_again_later(waiting, receiver):
    with transaction.atomic():
        WebhookEndpoint.objects.lock().get()
        [meanwhile] = at_once(lambda: claim_due(limit=1))
        sender = threading.Thread(target=lambda: at_once(send_webhooks))
        sender.start()
        while not count_held_slots(SENDER_SLOTS):
            assert sender.is_alive()
    sender.join()

    assert isinstance(meanwhile, Busy)
    assert len(receiver.ids) == 1


def test_a_slow_endpoint_does_not_hold_up_the_others(alice, bob, lamp, subscribe, receiver):
    may_answer = threading.Event()
    receiver.answer = lambda call: (
        (200, {}, b"") if call.path != "/slow" or may_answer.wait(20) else (500, {}, b"")
    )
    subscribe(alice, url=receiver.url.replace("/hooks", "/slow"), events=["item.updated"])
    subscribe(bob, events=["item.updated"])
    ItemFactory.create_batch(40)
    settle()
    fan_out_events()

    sender = threading.Thread(target=lambda: at_once(send_webhooks))
    sender.start()
    quick = WebhookDelivery.objects.filter(endpoint__user=bob, status="delivered")
    while quick.count() < 40:
        assert sender.is_alive()
    slow = sum(call.path == "/slow" for call in receiver.calls)
    may_answer.set()
    sender.join()

    assert slow <= 8
    assert not WebhookDelivery.objects.pending().exists()


def test_an_invalid_secret_is_a_failure_and_others_are_delivered(
    alice, bob, rug, subscribe, receiver, caplog
):
    broken, sound = (
        subscribe(alice, events=["item.updated"]),
        subscribe(bob, events=["item.updated"]),
    )
    WebhookEndpoint.objects.filter(pk=broken.pk).update(secret="")
    update_item(item_id=rug.pk, name="Other")
    settle()
    fan_out_events()

    send_webhooks()

    [unsent] = broken.deliveries.all()
    assert (unsent.status, unsent.claimed_until) == ("pending", None)
    assert unsent.error == "The message could not be sent."
    assert sound.deliveries.get().status == "delivered"
    assert caplog.messages == ["A message cannot be sent"]


def test_a_response_that_cannot_be_recorded_is_a_failure_and_others_are_recorded(
    alice, bob, rug, subscribe, receiver, caplog
):
    """A NUL, which the client removes, stands for any response that a column cannot hold."""
    first, other = (
        subscribe(alice, events=["item.updated"]),
        subscribe(bob, events=["item.updated"]),
    )
    update_item(item_id=rug.pk, name="Other")
    settle()
    fan_out_events()
    claimed = {delivery.endpoint_id: delivery for delivery in claim_due(limit=9)}

    with ThreadPoolExecutor() as pool:
        Sender(pool, Timing(), 1)._record(
            [
                (claimed[first.pk], Outcome(1, status=500, start="\x00")),  # no column holds it
                (claimed[other.pk], FAILED),
            ]
        )

    [message], [recorded] = first.deliveries.all(), other.deliveries.all()
    assert (message.claimed_until, message.error) == (None, "The answer could not be understood.")
    assert (recorded.claimed_until, recorded.response_status) == (None, 500)
    assert caplog.messages == [f"The response to delivery {message.pk} cannot be recorded"]


def test_a_failing_endpoint_has_one_delivery_in_flight(waiting, lamp, rug):
    WebhookEndpoint.objects.update(failures=FAILING_THRESHOLD)
    update_item(item_id=rug.pk, name="Other")
    settle()
    fan_out_events()

    assert claim_due(limit=9) == []
    assert len(claim_due(limit=9, is_failing=True)) == 1
    assert claim_due(limit=9, is_failing=True) == []


def test_a_dead_endpoint_has_a_bounded_number_of_pending_deliveries(alice, subscribe):
    endpoint = subscribe(alice, events=["item.updated"])
    Event.objects.bulk_create(
        Event(type="item.updated", resource=f"item:{n}", data={}) for n in range(MAX_PENDING + 50)
    )
    settle()

    fan_out_events()
    fan_out_events()
    assert endpoint.deliveries.count() == MAX_PENDING

    endpoint.deliveries.update(status="delivered")
    fan_out_events()
    assert endpoint.deliveries.count() == MAX_PENDING + 50


def test_only_so_many_workers_send_at_once(waiting, receiver):
    def try_to_send():
        send_webhooks()
        return len(receiver.calls)

    with sender_slot() as has_slot:
        [meanwhile] = at_once(try_to_send)  # in a connection of its own

    assert (has_slot, meanwhile) == (True, 0)
    assert try_to_send() == 1

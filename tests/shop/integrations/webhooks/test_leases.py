"""Many workers at once: nothing twice, nothing out of order, nobody starved."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from catalog.items import update_item
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import follow_events, send_webhooks
from shop.integrations.webhooks.fan_out import MAX_PENDING
from shop.integrations.webhooks.http_client import Answer
from shop.integrations.webhooks.leases import FAILING, claim_due
from shop.integrations.webhooks.outcomes import Pace, record_failure, record_successes
from shop.integrations.webhooks.sender import SENDER_SLOTS, Sender, sender_slot
from tests.support.concurrency import at_once, places_taken
from tests.support.events import settle
from tests.support.factories import ItemFactory, given_stock
from tests.support.webhook_delivery import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

FAILED, TAKEN = Answer(1, status=500), Answer(1, status=200)


def test_a_worker_that_dies_only_delays(waiting, receiver):
    [taken] = claim_due(most=5)  # and nothing more is ever heard of it
    send_webhooks()
    assert receiver.calls == []

    WebhookDelivery.objects.update(claimed_until=Now() - timedelta(seconds=1))
    send_webhooks()

    assert receiver.ids == [taken.message_id]


def test_who_comes_back_after_its_lease_overwrites_nothing(waiting):
    [late] = claim_due(most=1)
    let_time_pass()
    [again] = claim_due(most=1)

    assert not record_failure(delivery=late, answer=FAILED)
    assert record_successes(landed=[(late, TAKEN)]) == 0
    assert record_successes(landed=[(again, TAKEN)]) == 1
    assert not record_failure(delivery=late, answer=FAILED)
    assert WebhookDelivery.objects.get().status == "delivered"


def test_many_followers_at_once_write_each_message_once(alice, clerk, lamp, told):
    endpoints = [told(alice), told(clerk)]
    given_stock(dict.fromkeys(ItemFactory.create_batch(20), 5))
    settle()

    at_once(*[follow_events] * 6)
    follow_events()

    public = Event.objects.filter(user_id=None).count()
    for endpoint in endpoints:
        ids = list(endpoint.deliveries.order_by("pk").values_list("message_id", flat=True))
        assert len(ids) == len(set(ids))
        assert len(ids) == public - 1  # the lamp was there before
        assert ids == sorted(ids, key=lambda one: int(one[4:]))


def test_many_claimers_at_once_take_each_message_once(alice, told):
    told(alice, events=["item.updated"])
    ItemFactory.create_batch(30)
    settle()
    follow_events()

    taken = at_once(*[lambda: run_transaction(claim_due, most=3)] * 8)

    keys = [one.pk for batch in taken if not isinstance(batch, Busy) for one in batch]
    assert len(keys) == len(set(keys))
    assert len(keys) <= 8  # the share of one endpoint


def test_many_senders_at_once_keep_the_order_and_send_nothing_twice(
    alice, lamp, rug, told, receiver, settings
):
    settings.WEBHOOK_SENDERS = 4
    told(alice, events=["item.updated"])
    for step in range(8):
        update_item(item_id=lamp.pk, name=f"Lamp {step}")
        update_item(item_id=rug.pk, name=f"Rug {step}")
    settle()
    follow_events()

    assert at_once(*[send_webhooks] * 6) == [None] * 6

    assert len(receiver.ids) == len(set(receiver.ids)) == 16
    for item in (lamp, rug):
        said = [c.id for c in receiver.calls if f'"item:{item.pk}"' in c.body]
        assert said == sorted(said, key=lambda one: int(one[4:]))


def test_what_somebody_has_locked_is_looked_for_again(waiting, receiver):
    with transaction.atomic():
        WebhookEndpoint.objects.lock().get()
        [meanwhile] = at_once(lambda: claim_due(most=1))
        sender = threading.Thread(target=lambda: at_once(send_webhooks))
        sender.start()
        while not places_taken(SENDER_SLOTS):
            assert sender.is_alive()
    sender.join()

    assert isinstance(meanwhile, Busy)
    assert len(receiver.ids) == 1


def test_a_slow_endpoint_does_not_hold_up_the_others(alice, bob, lamp, told, receiver):
    may_answer = threading.Event()
    receiver.answer = lambda call: (
        (200, {}, b"") if call.path != "/slow" or may_answer.wait(20) else (500, {}, b"")
    )
    told(alice, url=receiver.url.replace("/hooks", "/slow"), events=["item.updated"])
    told(bob, events=["item.updated"])
    ItemFactory.create_batch(40)
    settle()
    follow_events()

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


def test_a_secret_that_nobody_can_sign_with_is_a_failure_and_others_are_told(
    alice, bob, rug, told, receiver, caplog
):
    broken, sound = told(alice, events=["item.updated"]), told(bob, events=["item.updated"])
    WebhookEndpoint.objects.filter(pk=broken.pk).update(secret="")
    update_item(item_id=rug.pk, name="Other")
    settle()
    follow_events()

    send_webhooks()

    [unsent] = broken.deliveries.all()
    assert (unsent.status, unsent.claimed_until) == ("pending", None)
    assert unsent.error == "The message could not be sent."
    assert sound.deliveries.get().status == "delivered"
    assert caplog.messages == ["A message cannot be sent"]


def test_an_answer_that_cannot_be_noted_is_a_failure_and_others_are_noted(
    alice, bob, rug, told, receiver, caplog
):
    """What no answer over HTTP does today stands for what one may find tomorrow."""
    first, other = told(alice, events=["item.updated"]), told(bob, events=["item.updated"])
    update_item(item_id=rug.pk, name="Other")
    settle()
    follow_events()
    claimed = {one.endpoint_id: one for one in claim_due(most=9)}

    with ThreadPoolExecutor() as pool:
        Sender(pool, Pace(), 1)._note(
            [
                (claimed[first.pk], Answer(1, status=500, start="\x00")),  # no column holds it
                (claimed[other.pk], FAILED),
            ]
        )

    [message], [noted] = first.deliveries.all(), other.deliveries.all()
    assert (message.claimed_until, message.error) == (None, "The answer could not be understood.")
    assert (noted.claimed_until, noted.response_status) == (None, 500)
    assert caplog.messages == [f"The answer to message {message.pk} cannot be noted"]


def test_who_fails_again_and_again_gets_a_single_line(waiting, lamp, rug):
    WebhookEndpoint.objects.update(failures=FAILING)
    update_item(item_id=rug.pk, name="Other")
    settle()
    follow_events()

    assert claim_due(most=9) == []
    assert len(claim_due(most=9, is_failing=True)) == 1
    assert claim_due(most=9, is_failing=True) == []


def test_a_dead_endpoint_piles_up_no_more_than_so_many_messages(alice, told):
    endpoint = told(alice, events=["item.updated"])
    Event.objects.bulk_create(
        Event(type="item.updated", resource=f"item:{n}", data={}) for n in range(MAX_PENDING + 50)
    )
    settle()

    follow_events()
    follow_events()
    assert endpoint.deliveries.count() == MAX_PENDING

    endpoint.deliveries.update(status="delivered")
    follow_events()
    assert endpoint.deliveries.count() == MAX_PENDING + 50


def test_only_so_many_workers_send_at_once(waiting, receiver):
    def try_to_send():
        send_webhooks()
        return len(receiver.calls)

    with sender_slot() as has_place:
        [meanwhile] = at_once(try_to_send)  # in a connection of its own

    assert (has_place, meanwhile) == (True, 0)
    assert try_to_send() == 1

"""From an event to an integrator: delivered once, in order, signed, with retries."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from standardwebhooks import WebhookVerificationError

from catalog.items import update_item
from shop.core.models import OutgoingMail
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import fan_out_events, send_webhooks
from shop.integrations.webhooks import outcomes
from shop.integrations.webhooks.endpoints import (
    replay_delivery,
    resume_endpoint,
    rotate_secret,
    send_test,
)
from shop.integrations.webhooks.http_client import Outcome
from shop.integrations.webhooks.leases import claim_due
from shop.integrations.webhooks.outcomes import BACKOFF, record_failure
from tests.support.events import settle
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign
from tests.support.webhook_delivery import deliver, let_time_pass, select_endpoint
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

FAILED, TAKEN = Outcome(1, status=500), Outcome(1, status=200)


def fail(times: int) -> WebhookDelivery:
    """Let the pending delivery fail so many times, each time when it is due."""
    for _ in range(times):
        let_time_pass()
        [claimed] = claim_due(limit=1) or claim_due(limit=1, is_failing=True)
        assert record_failure(delivery=claimed, outcome=FAILED)
    return WebhookDelivery.objects.get()


def test_the_events_of_an_order_arrive_in_order_and_signed(alice, lamp, subscribe, receiver):
    endpoint = subscribe(alice, events=["order.submitted", "order.assigned", "shipment.shipped"])
    given_stock({lamp: 5})
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")

    deliver()

    messages = [call.verified(endpoint.secret) for call in receiver.calls]
    assert [message["type"] for message in messages] == [
        "order.submitted",
        "order.assigned",
        "shipment.shipped",
    ]
    assert messages[0]["data"] == {"order": placed.number, "status": "submitted"}
    assert messages[0]["timestamp"].endswith("Z")
    assert [f"evt_{event.pk}" for event in Event.objects.filter(user_id=alice.pk)] == receiver.ids
    with pytest.raises(WebhookVerificationError):
        receiver.calls[0].verified("whsec_" + "A" * 44)


def test_each_endpoint_receives_the_events_of_its_scopes(alice, bob, clerk, lamp, subscribe):
    own, others, staff = subscribe(alice), subscribe(bob), subscribe(clerk, scopes=["orders:read"])
    public = subscribe(clerk, scopes=[])
    given_stock({lamp: 5})
    order(alice, {lamp: 1})
    settle()

    fan_out_events()

    def types(endpoint):
        return set(endpoint.deliveries.values_list("type", flat=True))

    assert types(own) == types(staff) == {"stock.changed", "stock.low", "order.submitted"}
    assert types(others) == types(public) == {"stock.changed", "stock.low"}


def test_an_endpoint_receives_its_types_only_from_its_creation_on(alice, lamp, subscribe, receiver):
    update_item(item_id=lamp.pk, name="Before")
    settle()
    subscribe(alice, events=["item.updated"])
    update_item(item_id=lamp.pk, name="After")
    given_stock({lamp: 5})

    deliver()
    deliver()

    assert len(receiver.calls) == 1


def test_a_failure_is_tried_again_later_with_the_same_id(waiting, receiver):
    receiver.answer = lambda call: (500, {}, b"not now")
    send_webhooks()
    send_webhooks()  # not due yet
    message = WebhookDelivery.objects.get()
    receiver.answer = lambda call: (204, {}, b"")
    let_time_pass()

    send_webhooks()

    assert len(receiver.calls) == 2
    assert len(set(receiver.ids)) == 1
    assert (message.status, message.attempts, message.response_status) == ("pending", 1, 500)
    assert message.response_start == "not now"
    message.refresh_from_db()
    assert (message.status, message.attempts, message.response_status) == ("delivered", 2, 204)
    assert WebhookEndpoint.objects.get().failing_since is None


def test_the_delays_grow_over_three_days(waiting):
    for number, seconds in enumerate(BACKOFF, start=1):
        message = fail(1)
        delay = message.due_at - message.attempted_at
        assert timedelta(seconds=seconds) <= delay <= timedelta(seconds=seconds * 1.2 + 5)
        assert message.attempts == number
    assert timedelta(seconds=sum(BACKOFF)) > outcomes.PAUSE_AFTER


def test_later_events_of_a_resource_wait_for_the_earlier_and_others_do_not(
    alice, lamp, rug, subscribe, receiver
):
    subscribe(alice, events=["item.updated"])
    for name in ("One", "Two"):
        update_item(item_id=lamp.pk, name=name)
    update_item(item_id=rug.pk, name="Other")
    receiver.answer = lambda call: (500 if f'"item:{lamp.pk}"' in call.body else 200, {}, b"")

    deliver()
    blocked = WebhookDelivery.objects.pending().values_list("resource", "attempts").order_by("pk")

    assert list(blocked) == [(f"item:{lamp.pk}", 1), (f"item:{lamp.pk}", 0)]
    receiver.answer = lambda call: (200, {}, b"")
    let_time_pass()
    send_webhooks()
    first, second = WebhookDelivery.objects.filter(resource=f"item:{lamp.pk}").order_by("pk")
    delivered = [key for key in receiver.ids if key in {first.message_id, second.message_id}]
    assert delivered[-2:] == [first.message_id, second.message_id]


def test_a_message_that_is_refused_alone_is_given_up_and_the_next_one_is_sent(waiting, lamp):
    fail(len(BACKOFF))
    WebhookEndpoint.objects.update(failing_since=Now())  # others came through meanwhile

    message = fail(1)

    assert message.status == "given_up"
    assert WebhookEndpoint.objects.get().is_active
    assert not OutgoingMail.objects.exists()


def test_an_endpoint_that_fails_for_three_days_is_paused_and_continues_when_resumed(
    waiting, lamp, receiver
):
    fail(3)
    WebhookEndpoint.objects.update(failing_since=Now() - outcomes.PAUSE_AFTER)

    message = fail(1)

    mail = OutgoingMail.objects.get()
    assert WebhookEndpoint.objects.get().status == "paused"
    assert (mail.to, message.status) == ("alice@example.com", "pending")
    assert receiver.url in mail.text
    update_item(item_id=lamp.pk, name="Meanwhile")
    deliver()
    assert receiver.calls == []
    resume_endpoint(endpoints=select_endpoint(waiting))
    deliver()
    assert len(receiver.calls) == 2
    assert receiver.ids[0] == message.message_id


def test_410_disables_the_endpoint_and_its_owner_gets_a_mail(waiting, receiver):
    receiver.answer = lambda call: (410, {}, b"")

    send_webhooks()
    let_time_pass()
    send_webhooks()

    assert len(receiver.calls) == 1
    assert WebhookEndpoint.objects.get().status == "disabled"
    assert "410" in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("120", 110, 121),
        ("999999999", 86_000, 86_401),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 86_000, 86_401),
    ],
)
def test_retry_after_is_honoured_within_bounds(waiting, receiver, retry_after, least, most):
    receiver.answer = lambda call: (429, {"Retry-After": retry_after}, b"")

    send_webhooks()

    endpoint = WebhookEndpoint.objects.get()
    message = WebhookDelivery.objects.get()
    delay = endpoint.retry_after_until - message.attempted_at
    assert timedelta(seconds=least) <= delay <= timedelta(seconds=most)


@pytest.mark.parametrize(
    "retry_after",
    [
        "soon",
        "-5",
        "",
        "1e9",
        "٣",
        "Fri, 31 Dec 1999 23:59:59 GMT",
        "Fri, 31 Dec 2026 23:59:59 +9999999",
        "Mon, 99999999999 Jan 2026 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
    ],
)
def test_an_invalid_retry_after_is_ignored(waiting, retry_after):
    [claimed] = claim_due(limit=1)

    record_failure(delivery=claimed, outcome=Outcome(1, status=503, retry_after=retry_after))

    assert WebhookEndpoint.objects.get().retry_after_until is None


def test_retry_after_holds_back_all_messages_of_the_endpoint(waiting, alice, rug, receiver):
    receiver.answer = lambda call: (503, {"Retry-After": "60"}, b"")
    send_webhooks()
    update_item(item_id=rug.pk, name="Other")

    deliver()

    assert len(receiver.calls) == 1


def test_after_a_change_of_secret_both_sign_for_a_day(waiting, receiver):
    new = rotate_secret(endpoints=select_endpoint(waiting))
    send_webhooks()
    [call] = receiver.calls

    assert call.verified(waiting.secret) == call.verified(new.secret)
    WebhookEndpoint.objects.update(old_secret_until=Now())
    send_test(endpoints=select_endpoint(waiting))
    send_webhooks()
    receiver.calls[1].verified(new.secret)
    with pytest.raises(WebhookVerificationError):
        receiver.calls[1].verified(waiting.secret)


def test_a_replay_has_the_same_id_and_a_line_of_its_own(waiting, receiver):
    send_webhooks()
    message = WebhookDelivery.objects.get()

    replay_delivery(endpoints=select_endpoint(waiting), delivery_id=message.pk)
    send_webhooks()

    assert receiver.ids == [message.message_id] * 2
    assert WebhookDelivery.objects.filter(status="delivered").count() == 2
    assert receiver.calls[0].body == receiver.calls[1].body


def test_endpoints_of_an_inactive_user_receive_nothing(waiting, alice, receiver):
    alice.is_active = False
    alice.save()

    send_webhooks()

    assert receiver.calls == []


def test_the_ten_lines_of_the_manual_verify_what_is_sent(waiting, receiver, settings):
    manual = (settings.BASE_DIR / "docs" / "webhooks.md").read_text()
    lines: dict = {}
    exec(manual.split("```python\n")[1].split("```")[0], lines)  # noqa: S102 -- ours

    send_webhooks()

    [call] = receiver.calls
    lines["verify"](waiting.secret, call.headers, call.body.encode())
    for body, secret in ((call.body + " ", waiting.secret), (call.body, "whsec_" + "A" * 44)):
        with pytest.raises(ValueError, match="not ours"):
            lines["verify"](secret, call.headers, body.encode())

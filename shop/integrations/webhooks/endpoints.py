"""Verbs of webhook endpoints: create, change, pause, resume, delete, rotate the secret, replay.

The API judges an endpoint's address by its text. What its name stands for is looked up and
judged by the sender, at each attempt, and told in the log of deliveries.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from shop.core.db.advisory_locks import serialize_on
from shop.core.db.encryption import KeyLost
from shop.integrations.models import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointQuerySet,
    visible_to,
)
from shop.integrations.webhooks.exceptions import (
    DeliveryNotFound,
    EndpointNotFound,
    TooManyEndpoints,
)
from shop.integrations.webhooks.rights import narrow_to_rights
from shop.integrations.webhooks.signing import new_secret

MAX_ENDPOINTS_PER_USER = 16
OLD_SECRET_LIFETIME = timedelta(hours=24)
TEST_TYPE = "webhook.test"


@transaction.atomic
def create_endpoint(*, user, scopes: Sequence[str], **fields: Any) -> WebhookEndpoint:
    """Create an endpoint that receives events from now on. Raises TooManyEndpoints."""
    serialize_on(f"webhooks of {user.pk}")
    if WebhookEndpoint.objects.not_deleted().filter(user=user).count() >= MAX_ENDPOINTS_PER_USER:
        raise TooManyEndpoints(MAX_ENDPOINTS_PER_USER)
    endpoint = WebhookEndpoint(user=user, scopes=list(scopes), secret=new_secret(), **fields)
    endpoint.save(force_insert=True)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def change_endpoint(*, endpoints: WebhookEndpointQuerySet, **fields: Any) -> WebhookEndpoint:
    """Change an endpoint's address, events or description. Raises EndpointNotFound.

    A new address clears the failures of the old one.
    """
    endpoint = _lock_endpoint(endpoints)
    for name, value in fields.items():
        setattr(endpoint, name, value)
    if "url" in fields:
        endpoint.reset_failures()
    endpoint.save()
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Make a new signing secret; the old one signs beside it for OLD_SECRET_LIFETIME.

    An old one whose key was lost signs no more. Raises EndpointNotFound.
    """
    endpoint = _lock_endpoint(endpoints)
    try:
        endpoint.old_secret = endpoint.secret
    except KeyLost:
        endpoint.old_secret = ""
    endpoint.secret = new_secret()
    endpoint.old_secret_until = Now() + OLD_SECRET_LIFETIME
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def resume_endpoint(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Activate an endpoint; its pending deliveries are due at once, with attempts reset.

    An active endpoint stays as it is. Raises EndpointNotFound.
    """
    endpoint = _lock_endpoint(endpoints)
    if not endpoint.is_active:
        endpoint.status = WebhookEndpoint.Status.ACTIVE
        endpoint.reset_failures()
        endpoint.save()
        endpoint.deliveries.pending().update(due_at=Now(), attempts=0)
    return endpoint


@transaction.atomic
def pause_endpoint(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Stop sending to an endpoint until it is resumed. Raises EndpointNotFound."""
    endpoint = _lock_endpoint(endpoints)
    if endpoint.is_active:
        endpoint.status = WebhookEndpoint.Status.PAUSED
        endpoint.save(update_fields=["status"])
    return endpoint


@transaction.atomic
def delete_endpoint(*, endpoints: WebhookEndpointQuerySet) -> None:
    """Hide an endpoint and stop sending to it. Raises EndpointNotFound.

    It may have hundreds of thousands of deliveries, so a sweep deletes those and then the row.
    """
    if not hide_endpoints(endpoints):
        raise EndpointNotFound


@transaction.atomic
def send_test(*, endpoints: WebhookEndpointQuerySet) -> WebhookDelivery:
    """Queue a message of type `webhook.test`, which no event caused. Raises EndpointNotFound."""
    endpoint = _lock_endpoint(endpoints)
    delivery = WebhookDelivery(endpoint=endpoint, type=TEST_TYPE, data={"webhook": endpoint.pk})
    delivery.save(force_insert=True)
    delivery.message_id = delivery.resource = f"test_{delivery.pk}"
    delivery.save(update_fields=["message_id", "resource"])
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_delivery(*, endpoints: WebhookEndpointQuerySet, delivery_id: int) -> WebhookDelivery:
    """Queue a delivery's message once more, with the same webhook-id, behind all pending ones.

    What the user may see no longer is not sent again. Raises EndpointNotFound or DeliveryNotFound.
    """
    endpoint = _lock_endpoint(endpoints)
    narrow_to_rights(endpoint)
    seen = visible_to(endpoint.user_id, endpoint.scopes)
    delivery = endpoint.deliveries.filter(seen, pk=delivery_id).first()
    if delivery is None:
        raise DeliveryNotFound
    replay = WebhookDelivery(
        endpoint_id=delivery.endpoint_id,
        message_id=delivery.message_id,
        type=delivery.type,
        resource=delivery.resource,
        user_id=delivery.user_id,
        happened_at=delivery.happened_at,
        data=delivery.data,
    )
    replay.save(force_insert=True)
    replay.refresh_from_db()
    return replay


def hide_endpoints(endpoints: WebhookEndpointQuerySet) -> int:
    """Mark endpoints as deleted and clear their addresses and secrets; returns their number."""
    keys = list(endpoints.not_deleted().lock().values_list("pk", flat=True))
    return WebhookEndpoint.objects.filter(pk__in=keys).update(
        status=WebhookEndpoint.Status.DELETED, url="", description="", secret="", old_secret=""
    )


def pause_endpoints(endpoints: WebhookEndpointQuerySet) -> int:
    """Stop sending to the active ones of the endpoints; returns their number."""
    active = endpoints.filter(status=WebhookEndpoint.Status.ACTIVE)
    keys = list(active.lock().values_list("pk", flat=True))
    paused = WebhookEndpoint.objects.filter(pk__in=keys)
    return paused.update(status=WebhookEndpoint.Status.PAUSED)


def _lock_endpoint(endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    endpoint = endpoints.not_deleted().lock().first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint

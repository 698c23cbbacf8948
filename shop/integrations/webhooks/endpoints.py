"""Keeping endpoints: who is told, of what, and with which secret.

An address is judged by the edge before any of these is called, since its name is looked
up for that.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from shop.core.db.advisory_locks import serialize_on
from shop.integrations.models import WebhookDelivery, WebhookEndpoint, WebhookEndpointQuerySet
from shop.integrations.webhooks.exceptions import (
    DeliveryNotFound,
    EndpointNotFound,
    TooManyEndpoints,
)
from shop.integrations.webhooks.signing import new_secret

MAX_ENDPOINTS_PER_USER = 16
OLD_SECRET_SIGNS = timedelta(hours=24)
TEST = "webhook.test"


@transaction.atomic
def create_endpoint(*, user, scopes: Sequence[str], **fields: Any) -> WebhookEndpoint:
    """Tell an address of what happens from now on. Raises TooManyEndpoints."""
    serialize_on(f"webhooks of {user.pk}")
    if WebhookEndpoint.objects.kept().filter(user=user).count() >= MAX_ENDPOINTS_PER_USER:
        raise TooManyEndpoints(MAX_ENDPOINTS_PER_USER)
    endpoint = WebhookEndpoint(user=user, scopes=list(scopes), secret=new_secret(), **fields)
    endpoint.save(force_insert=True)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def change_endpoint(*, endpoints: WebhookEndpointQuerySet, **fields: Any) -> WebhookEndpoint:
    """Change where an endpoint is or what it wants. Raises EndpointNotFound."""
    endpoint = _lock_one(endpoints)
    for name, value in fields.items():
        setattr(endpoint, name, value)
    if "url" in fields:
        endpoint.forgive()
    endpoint.save()
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Make a new secret; the one of until now signs beside it for a day.

    Raises EndpointNotFound.
    """
    endpoint = _lock_one(endpoints)
    endpoint.old_secret, endpoint.secret = endpoint.secret, new_secret()
    endpoint.old_secret_until = Now() + OLD_SECRET_SIGNS
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def resume_endpoint(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Go on where the endpoint stopped; one that is active stays as it is.

    Raises EndpointNotFound.
    """
    endpoint = _lock_one(endpoints)
    if not endpoint.is_active:
        endpoint.status = WebhookEndpoint.Status.ACTIVE
        endpoint.forgive()
        endpoint.save()
        endpoint.deliveries.pending().update(due_at=Now(), attempts=0)
    return endpoint


@transaction.atomic
def pause_endpoint(*, endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    """Send nothing to the endpoint until it is resumed. Raises EndpointNotFound."""
    endpoint = _lock_one(endpoints)
    if endpoint.is_active:
        endpoint.status = WebhookEndpoint.Status.PAUSED
        endpoint.save(update_fields=["status"])
    return endpoint


@transaction.atomic
def delete_endpoint(*, endpoints: WebhookEndpointQuerySet) -> None:
    """Hide an endpoint and send it nothing more. Raises EndpointNotFound.

    Its log may have hundreds of thousands of lines; a sweep forgets them, and then the endpoint.
    """
    if not hide_endpoints(endpoints):
        raise EndpointNotFound


@transaction.atomic
def send_test(*, endpoints: WebhookEndpointQuerySet) -> WebhookDelivery:
    """Have a message sent that stands for nothing. Raises EndpointNotFound."""
    endpoint = _lock_one(endpoints)
    written = WebhookDelivery(endpoint=endpoint, type=TEST, data={"webhook": endpoint.pk})
    written.save(force_insert=True)
    written.message_id = written.resource = f"test_{written.pk}"
    written.save(update_fields=["message_id", "resource"])
    written.refresh_from_db()
    return written


@transaction.atomic
def replay_delivery(*, endpoints: WebhookEndpointQuerySet, delivery_id: int) -> WebhookDelivery:
    """Have a message sent once more, behind what already waits, with its old webhook-id.

    Raises EndpointNotFound or DeliveryNotFound.
    """
    said = _lock_one(endpoints).deliveries.filter(pk=delivery_id).first()
    if said is None:
        raise DeliveryNotFound
    again = WebhookDelivery(
        endpoint_id=said.endpoint_id,
        message_id=said.message_id,
        type=said.type,
        resource=said.resource,
        happened_at=said.happened_at,
        data=said.data,
    )
    again.save(force_insert=True)
    again.refresh_from_db()
    return again


def hide_endpoints(endpoints: WebhookEndpointQuerySet) -> int:
    """Take from them what anybody could read or sign with; returns how many there were."""
    keys = list(endpoints.kept().lock().values_list("pk", flat=True))
    return WebhookEndpoint.objects.filter(pk__in=keys).update(
        status=WebhookEndpoint.Status.DELETED, url="", description="", secret="", old_secret=""
    )


def _lock_one(endpoints: WebhookEndpointQuerySet) -> WebhookEndpoint:
    endpoint = endpoints.kept().lock().first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint

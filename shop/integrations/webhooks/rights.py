"""The rights of webhook endpoints: an endpoint receives what its user may read now.

Every transaction that writes or claims deliveries of an endpoint compares, so an endpoint
loses a right with its user, and does not get it back by itself.
"""

from shop.core.api.permissions import held_scopes
from shop.core.security_log import Action, record
from shop.integrations.models import WebhookDelivery, WebhookEndpoint, visible_to

WHY = "The owner of the endpoint may not read this any more."


def narrow_to_rights(endpoint: WebhookEndpoint) -> None:
    """Take from a locked endpoint the scopes that its user lost; give up what waits for them."""
    held = held_scopes(endpoint.user, endpoint.scopes)
    if lost := sorted(set(endpoint.scopes) - held):
        endpoint.scopes = sorted(held)
        endpoint.save(update_fields=["scopes"])
        _give_up_hidden(endpoint)
        record(Action.RIGHTS_CHANGED, user_id=endpoint.user_id, webhook=endpoint.pk, lost=lost)


def _give_up_hidden(endpoint: WebhookEndpoint) -> None:
    seen = endpoint.deliveries.filter(visible_to(endpoint.user_id, endpoint.scopes))
    hidden = endpoint.deliveries.pending().exclude(pk__in=seen.values("pk"))
    hidden.update(status=WebhookDelivery.Status.GIVEN_UP, claimed_until=None, error=WHY)

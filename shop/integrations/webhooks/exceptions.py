"""Refusals of webhooks, one class per fact."""

from shop.core.refusals import Refusal


class EndpointNotFound(Refusal):
    """There is no such endpoint of the caller's."""

    code = "not-found"


class DeliveryNotFound(Refusal):
    """There is no such delivery to the endpoint."""

    code = "not-found"


class TooManyEndpoints(Refusal):
    """The user has as many endpoints as a user may have."""

    code = "too-many-webhooks"

    def __init__(self, limit: int):
        super().__init__(f"You have {limit} webhook endpoints, which is as many as one may have.")
        self.limit = limit

    def details(self):
        """Return the limit."""
        return {"limit": self.limit}


class AddressRefused(Refusal):
    """Webhooks may not be sent to the address."""

"""The refusals of webhooks, one class per fact."""


class EndpointNotFound(Exception):
    """There is no such endpoint, or it is somebody else's."""


class DeliveryNotFound(Exception):
    """There is no such delivery to this endpoint."""


class TooManyEndpoints(Exception):
    """The user has as many endpoints as anybody may have."""

    def __init__(self, limit: int):
        super().__init__(f"You have {limit} webhook endpoints, which is as many as one may have.")
        self.limit = limit


class AddressRefused(Exception):
    """Nothing is sent to this address."""

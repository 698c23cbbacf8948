"""The refusals of accounts, one class per fact. The REST API shows none of them."""

from collections.abc import Sequence

from shop.core.refusals import Refusal


class IsStaff(Refusal):
    """The account belongs to staff; an administrator has to remove its rights first."""


class UnknownAddresses(Refusal):
    """No active user has these e-mail addresses."""

    def __init__(self, emails: Sequence[str]):
        super().__init__(f"There is no active user {', '.join(emails)}.")
        self.emails = emails


class InvalidAddresses(Refusal):
    """The texts are no e-mail addresses, so no user can have them."""

    def __init__(self, emails: Sequence[str]):
        super().__init__(f"Not an e-mail address: {', '.join(map(repr, emails))}.")
        self.emails = emails


class TooManyTokens(Refusal):
    """The user has as many tokens in force, or got as many today, as a user may have."""


class NameTaken(Refusal):
    """The user has a token of this name in force already."""


class ClientRevoked(Refusal):
    """The client is revoked and gets no more tokens."""


class NoFactor(Refusal):
    """The user has no second factor."""

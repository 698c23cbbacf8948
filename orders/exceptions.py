"""The refusals of checkout and ordering, one class per fact."""

from dataclasses import asdict, dataclass

from shop.core.refusals import RateLimit, Refusal


class EmptyCart(Refusal):
    """The cart has no lines to check out."""

    code = "empty-cart"


class HoldLimitReached(Refusal):
    """A limit against hoarding (orders.checkout.hold_limits) refused a hold."""


class TooManyHolds(HoldLimitReached):
    """The customer began too many checkouts within an hour."""

    code = "too-many-holds"

    def __init__(self, limit: int, *, retry_after: int):
        super().__init__(f"At most {limit} checkouts can be begun within an hour.")
        self.limit = limit
        self.retry_after = retry_after
        self.rate_limit = RateLimit("holds", limit, window=3600)

    def details(self):
        """Return the limit, in checkouts per hour."""
        return {"limit": self.limit}


class HoldBudgetSpent(HoldLimitReached):
    """The customer, or the new customers of one network, held too much within an hour."""

    code = "hold-budget-spent"

    def __init__(self, limit: int, *, retry_after: int):
        super().__init__("Too much was held within the hour and not bought.")
        self.limit = limit
        self.retry_after = retry_after

    def details(self):
        """Return the limit of the account, in unit-minutes per hour."""
        return {"limit": self.limit}


class HoldTooLarge(HoldLimitReached):
    """The cart has more units than this account may hold at once."""

    code = "hold-too-large"

    def __init__(self, *, limit: int, wanted: int):
        super().__init__(f"This account can hold {limit} units at once, not {wanted}.")
        self.limit = limit
        self.wanted = wanted

    def details(self):
        """Return the units that were wanted, and those that the account can hold at once."""
        return {"limit": self.limit, "wanted": self.wanted}


@dataclass(frozen=True)
class ShareLimit:
    """The units of an item that a newcomer wanted, and those that new accounts may have."""

    item_id: int
    name: str
    wanted: int
    allowed: int


class NewcomerShareReached(HoldLimitReached):
    """New accounts would tie up too many of the units that are left of an item."""

    code = "new-account-limit"

    def __init__(self, limits: list[ShareLimit]):
        super().__init__(", ".join(f"{s.name}: {s.allowed} of {s.wanted}" for s in limits))
        self.limits = limits

    def details(self):
        """Return every item with the units that were wanted and those that can be held now."""
        return {"items": [asdict(limit) for limit in self.limits]}


class NoHeldCheckout(Refusal):
    """The customer has no current hold; an overdue one does not count."""

    code = "no-held-checkout"


class CheckoutNotFound(Refusal):
    """The customer has no checkout with this id."""

    code = "not-found"


class CheckoutExpired(Refusal):
    """The hold has ended or is overdue, so it cannot become an order."""

    code = "checkout-expired"


class OrderNotFound(Refusal):
    """No order has this id."""

    code = "not-found"


class OrderAlreadyShipped(Refusal):
    """A parcel of the order has shipped, so it cannot be cancelled."""

    code = "order-already-shipped"


class OrderAlreadyPicked(Refusal):
    """A part of the order is packed or has left, so its address cannot change any more."""

    code = "order-already-picked"


class OrderOver(Refusal):
    """The order is cancelled, so nothing of it changes any more."""

    code = "order-cancelled"


class ReturnNotFound(Refusal):
    """There is no such return request."""

    code = "not-found"


class ReturnTooLate(Refusal):
    """The units were shipped too long ago to be sent back."""

    code = "return-too-late"

    def __init__(self, days: int):
        super().__init__(f"Units can be sent back within {days} days of their shipping.")
        self.days = days

    def details(self):
        """Return the number of days within which units can be sent back."""
        return {"days": self.days}


class ReturnOver(Refusal):
    """The return request is closed: all of it was received, or the rest was refused."""

    code = "return-over"

    def __init__(self, status: str):
        super().__init__(f"The return is {status.replace('_', ' ')}.")
        self.status = status

    def details(self):
        """Return the status of the return request."""
        return {"return_status": self.status}


class NotThatMany(Refusal):
    """More units of an item than there are to cancel, to pick, to receive or to send back."""

    code = "not-that-many"

    def __init__(self, *, item_id: int, wanted: int, left: int):
        there_are = f"There are only {left}" if left else "There are no"
        super().__init__(f"{there_are} units of item {item_id} left, not {wanted}.")
        self.item_id = item_id
        self.wanted = wanted
        self.left = left

    def details(self):
        """Return the item, the units that were wanted, and those that are left."""
        return {"item_id": self.item_id, "wanted": self.wanted, "left": self.left}


class TooManyChanges(Refusal):
    """The customer changed the order so often that its history would not end."""

    code = "too-many-changes"

    def __init__(self, limit: int):
        super().__init__(f"At most {limit} changes of this order can be made.")
        self.limit = limit

    def details(self):
        """Return the limit, in entries of the order's history."""
        return {"limit": self.limit}


class AddressBookFull(Refusal):
    """The customer's address book has the greatest allowed number of addresses."""

    def __init__(self, limit: int):
        super().__init__(f"At most {limit} addresses can be kept.")
        self.limit = limit


class InvalidAddress(Refusal):
    """Parts of an address are missing or invalid; `errors` has the messages by part."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(f"{part}: {message}" for part, message in errors.items()))
        self.errors = errors

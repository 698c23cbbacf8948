"""The refusals of checkout and ordering, one class per fact."""

from shop.core.refusals import RateLimit, Refusal


class EmptyCart(Refusal):
    """The cart has no lines to check out."""

    code = "empty-cart"


class TooManyHolds(Refusal):
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

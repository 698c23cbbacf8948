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


class NotThatMany(Refusal):
    """A cancellation exceeds the units that are left on a line."""

    code = "not-that-many"

    def __init__(self, *, item_id: int, wanted: int, left: int):
        super().__init__(f"Only {left} of item {item_id} can be cancelled, not {wanted}.")
        self.item_id = item_id
        self.wanted = wanted
        self.left = left

    def details(self):
        """Return the item, the units to cancel, and the units left on its line."""
        return {"item_id": self.item_id, "wanted": self.wanted, "left": self.left}


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

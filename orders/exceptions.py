"""The refusals of checkout and ordering, one class per fact."""

from shop.core.refusals import RateLimit, Refusal


class EmptyCart(Refusal):
    """There is nothing in the cart to check out."""

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
        return {"limit": self.limit}


class NoHeldCheckout(Refusal):
    """The customer holds nothing at the moment; an overdue checkout is none."""

    code = "no-held-checkout"


class CheckoutNotFound(Refusal):
    """The customer has no checkout with this id."""

    code = "not-found"


class CheckoutExpired(Refusal):
    """The hold is over, so it cannot become an order."""

    code = "checkout-expired"


class OrderNotFound(Refusal):
    """There is no such order."""

    code = "not-found"


class OrderAlreadyShipped(Refusal):
    """Something of the order is on its way, so it cannot be cancelled."""

    code = "order-already-shipped"


class NotThatMany(Refusal):
    """More units of a line were to be cancelled than are left on it."""

    code = "not-that-many"

    def __init__(self, *, item_id: int, wanted: int, left: int):
        super().__init__(f"Only {left} of item {item_id} can be cancelled, not {wanted}.")
        self.item_id = item_id
        self.wanted = wanted
        self.left = left

    def details(self):
        return {"item_id": self.item_id, "wanted": self.wanted, "left": self.left}


class AddressBookFull(Refusal):
    """The customer keeps as many addresses as there may be."""

    def __init__(self, limit: int):
        super().__init__(f"At most {limit} addresses can be kept.")
        self.limit = limit

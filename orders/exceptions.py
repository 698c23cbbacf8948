"""The refusals of checkout and ordering, one class per fact."""


class EmptyCart(Exception):
    """There is nothing in the cart to check out."""


class TooManyHolds(Exception):
    """The customer began too many checkouts within an hour."""

    def __init__(self, limit: int, *, retry_after: int):
        super().__init__(f"At most {limit} checkouts can be begun within an hour.")
        self.limit = limit
        self.retry_after = retry_after  # seconds


class NoHeldCheckout(Exception):
    """The customer holds nothing at the moment; an overdue checkout is none."""


class CheckoutNotFound(Exception):
    """The customer has no checkout with this id."""


class CheckoutExpired(Exception):
    """The hold is over, so it cannot become an order."""


class OrderNotFound(Exception):
    """There is no such order."""


class OrderAlreadyShipped(Exception):
    """Something of the order is on its way, so it cannot be cancelled."""


class NotThatMany(Exception):
    """More units of a line were to be cancelled than are left on it."""

    def __init__(self, *, item_id: int, wanted: int, left: int):
        super().__init__(f"Only {left} of item {item_id} can be cancelled, not {wanted}.")
        self.item_id = item_id
        self.wanted = wanted
        self.left = left


class AddressBookFull(Exception):
    """The customer keeps as many addresses as there may be."""

    def __init__(self, limit: int):
        super().__init__(f"At most {limit} addresses can be kept.")
        self.limit = limit

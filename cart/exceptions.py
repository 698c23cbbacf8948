"""The refusals of the cart, one class per fact."""


class OutOfStock(Exception):
    """The item has no stock, so it cannot be put in a cart."""

    def __init__(self, item):
        super().__init__(f"{item.name} is out of stock.")
        self.item = item


class TooManyUnits(Exception):
    """More units of one item than a customer may buy at once."""

    def __init__(self, item, *, wanted: int, limit: int):
        super().__init__(f"At most {limit} of {item.name} can be bought at once.")
        self.item = item
        self.wanted = wanted
        self.limit = limit


class CartFull(Exception):
    """The cart has as many lines as one may have."""

    def __init__(self, limit: int):
        super().__init__(f"A cart takes at most {limit} different items.")
        self.limit = limit

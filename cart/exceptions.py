"""The refusals of the cart, one class per fact."""


class LineRefused(Exception):
    """A line cannot be put in a cart. The first of several knows all of them, itself too."""

    def __init__(self, message: str, item):
        super().__init__(message)
        self.item = item
        self.all: list[LineRefused] = [self]


class OutOfStock(LineRefused):
    """The item has no stock, so it cannot be put in a cart."""

    def __init__(self, item):
        super().__init__(f"{item.name} is out of stock.", item)


class TooManyUnits(LineRefused):
    """More units of one item than a customer may buy at once."""

    def __init__(self, item, *, wanted: int, limit: int):
        super().__init__(f"At most {limit} of {item.name} can be bought at once.", item)
        self.wanted = wanted
        self.limit = limit


class NoSuchItems(Exception):
    """Some of the items are not sold, or not any more."""

    def __init__(self, item_ids):
        super().__init__("Some of the items are not sold.")
        self.item_ids = set(item_ids)


class CartFull(Exception):
    """The cart has as many lines as one may have."""

    def __init__(self, limit: int):
        super().__init__(f"A cart takes at most {limit} different items.")
        self.limit = limit

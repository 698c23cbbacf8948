"""The refusals of the cart, one class per fact."""

from shop.core.refusals import Refusal


class LineRefused(Refusal):
    """A line is refused; `all` of the first refusal lists every refused line, itself too."""

    def __init__(self, message: str, item):
        super().__init__(message)
        self.item = item
        self.all: list[LineRefused] = [self]

    def line(self):
        """Return the item and the numbers that are wrong with this line."""
        return {"item_id": self.item.pk, "stock": 0}

    def details(self):
        """Return this line, and every refused line with its problem."""
        lines = [{**refusal.line(), "problem": refusal.code} for refusal in self.all]
        return {**self.line(), "lines": lines}


class OutOfStock(LineRefused):
    """The item has no stock, so it cannot be put in a cart."""

    code = "out-of-stock"

    def __init__(self, item):
        super().__init__(f"{item.name} is out of stock.", item)


class TooManyUnits(LineRefused):
    """More units of one item than a customer may buy at once."""

    code = "too-many-units"

    def __init__(self, item, *, wanted: int, limit: int):
        super().__init__(f"At most {limit} of {item.name} can be bought at once.", item)
        self.wanted = wanted
        self.limit = limit

    def line(self):
        """Return the units wanted of the item, and the limit."""
        return {"item_id": self.item.pk, "wanted": self.wanted, "limit": self.limit}


class NoSuchItems(Refusal):
    """Some of the items do not exist or are no longer sold."""

    def __init__(self, item_ids):
        super().__init__("Some of the items are not sold.")
        self.item_ids = set(item_ids)


class TooManyVisitors(Refusal):
    """So many visitors of one network have begun carts that one more has to wait, or sign in."""

    def __init__(self) -> None:
        super().__init__("Too many carts were begun from this network.")


class CartFull(Refusal):
    """The cart has the greatest allowed number of lines."""

    code = "cart-full"

    def __init__(self, limit: int):
        super().__init__(f"A cart takes at most {limit} different items.")
        self.limit = limit

    def details(self):
        """Return the limit, in lines."""
        return {"limit": self.limit}

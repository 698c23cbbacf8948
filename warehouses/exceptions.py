"""The refusals of the warehouses, one class per fact. Quantities are in units."""

from shop.core.refusals import Refusal


class WarehouseOrderNotFound(Refusal):
    """There is no such warehouse order."""

    code = "not-found"


class OrderCancelled(Refusal):
    """The warehouse order was cancelled, so it is neither picked nor shipped."""

    code = "order-cancelled"


class MoreThanPhysicalStock(Refusal):
    """More units than the warehouse has on its shelves."""

    code = "insufficient-stock"

    def __init__(self, *, wanted: int, left: int):
        super().__init__(f"There are {left} units on the shelves, not {wanted}.")
        self.wanted = wanted
        self.left = left

    def details(self):
        """Return the units that were wanted and those on the shelves."""
        return {"wanted": self.wanted, "left": self.left}


class ReceiptRefused(Refusal):
    """Goods that cannot be received as their delivery note says."""


class ReferenceConflict(ReceiptRefused):
    """The delivery note was received before, with another quantity."""

    code = "reference-conflict"

    def __init__(self, movement):
        super().__init__(
            f"{movement.reference!r} was received before with {movement.physical_change} units."
        )
        self.movement = movement

    def details(self):
        """Return the units that were received before."""
        return {"received": self.movement.physical_change}


class TooMuchStock(ReceiptRefused):
    """More units of an item in one warehouse than can be counted."""

    code = "too-much-stock"

    def __init__(self, *, wanted: int, limit: int):
        super().__init__(f"{wanted} units would make more than {limit} in one warehouse.")
        self.wanted = wanted
        self.limit = limit

    def details(self):
        """Return the units that were wanted and the limit of a stock row."""
        return {"wanted": self.wanted, "limit": self.limit}


class CountConflict(Refusal):
    """The stock has changed since it was read, so the count may not apply to it."""

    code = "count-conflict"

    def __init__(self, *, expected: int, actual: int):
        super().__init__(f"The stock is {actual} by now, not {expected}.")
        self.expected = expected
        self.actual = actual

    def details(self):
        """Return the expected and the actual physical stock."""
        return {"expected": self.expected, "physical_stock": self.actual}


class InvalidAssignment(Refusal):
    """A strategy chose units that are not wanted or not available: an error of the strategy."""


class WarehouseExists(Refusal):
    """Another warehouse has this code already."""

    code = "warehouse-exists"

    def __init__(self, code: str):
        super().__init__(f"A warehouse with the code {code!r} exists already.")
        self.warehouse_code = code

    def details(self):
        """Return the code that is taken."""
        return {"code": self.warehouse_code}


class StockChanged(Refusal):
    """The rows have changed since they were read, so nothing was changed."""

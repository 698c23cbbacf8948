"""The refusals of the warehouses, one class per fact."""


class WarehouseOrderNotFound(Exception):
    """There is no such warehouse order."""


class OrderCancelled(Exception):
    """The warehouse order was cancelled, so it is neither picked nor shipped."""


class MoreThanPhysicalStock(Exception):
    """More units than the warehouse has on its shelves."""

    def __init__(self, *, wanted: int, left: int):
        super().__init__(f"There are {left} units on the shelves, not {wanted}.")
        self.wanted = wanted
        self.left = left


class ReceiptRefused(Exception):
    """Goods that cannot be received as their delivery note says."""


class ReferenceConflict(ReceiptRefused):
    """The delivery note was received before, with another quantity."""

    def __init__(self, movement):
        super().__init__(
            f"{movement.reference!r} was received before with {movement.physical_change} units."
        )
        self.movement = movement


class TooMuchStock(ReceiptRefused):
    """More units of an item in one warehouse than can be counted."""

    def __init__(self, *, wanted: int, limit: int):
        super().__init__(f"{wanted} units would make more than {limit} in one warehouse.")
        self.wanted = wanted
        self.limit = limit


class CountConflict(Exception):
    """The stock changed since it was looked at, so the count may be of something else."""

    def __init__(self, *, expected: int, actual: int):
        super().__init__(f"The stock is {actual} by now, not {expected}.")
        self.expected = expected
        self.actual = actual


class InvalidAssignment(Exception):
    """A strategy chose what is not wanted or not there. A fault of the strategy."""


class WarehouseExists(Exception):
    """Another warehouse has this code already."""

    def __init__(self, code: str):
        super().__init__(f"A warehouse with the code {code!r} exists already.")
        self.code = code


class ChangedSince(Exception):
    """Something of what was looked at is not as it was; nothing was done."""

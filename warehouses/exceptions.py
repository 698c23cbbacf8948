"""The refusals of the warehouses, one class per fact. Quantities are in units."""

from shop.core.refusals import Refusal


class WarehouseOrderNotFound(Refusal):
    """There is no such warehouse order."""

    code = "not-found"


class OrderCancelled(Refusal):
    """The warehouse order was cancelled, so it is neither picked nor shipped."""

    code = "order-cancelled"


class AlreadyPicked(Refusal):
    """The warehouse order was picked already, by another worker or truck."""

    code = "already-picked"

    def __init__(self, assigned_to: str):
        super().__init__(f"It was picked already by {assigned_to or 'somebody'}.")
        self.assigned_to = assigned_to

    def details(self):
        """Return the worker or truck that has it."""
        return {"assigned_to": self.assigned_to}


class WarehouseOrderShipped(Refusal):
    """The warehouse order has left the warehouse, so it is picked, moved or unpicked no more."""

    code = "order-already-shipped"


class AlreadyShipped(Refusal):
    """The warehouse order was shipped before, with another carrier or tracking number."""

    code = "already-shipped"

    def __init__(self, *, carrier: str, tracking: str):
        super().__init__(
            f"It was shipped before with {carrier or 'no carrier'} and the tracking number"
            f" {tracking or 'none'}. Correct these instead."
        )
        self.carrier = carrier
        self.tracking = tracking

    def details(self):
        """Return the carrier and tracking number that it was shipped with."""
        return {"carrier": self.carrier, "tracking": self.tracking}


class NotShippedYet(Refusal):
    """The warehouse order has not left the warehouse, so it has nothing to correct."""

    code = "not-shipped-yet"


class WarehouseClosed(Refusal):
    """The warehouse is closed, so no goods are sent from it or to it."""

    code = "warehouse-closed"

    def __init__(self, code: str):
        super().__init__(f"The warehouse {code} is closed.")
        self.warehouse_code = code

    def details(self):
        """Return the warehouse's code."""
        return {"warehouse": self.warehouse_code}


class SameWarehouse(Refusal):
    """The goods are in that warehouse already."""

    code = "same-warehouse"


class MoreThanAvailableStock(Refusal):
    """More units of an item than the warehouse has available."""

    code = "insufficient-stock"

    def __init__(self, *, item_id: int, wanted: int, left: int):
        super().__init__(f"Only {left} units of item {item_id} are free there, not {wanted}.")
        self.item_id = item_id
        self.wanted = wanted
        self.left = left

    def details(self):
        """Return the item, the units that were wanted, and those that are available."""
        return {"item_id": self.item_id, "wanted": self.wanted, "left": self.left}


class TransferNotFound(Refusal):
    """There is no such transfer."""

    code = "not-found"


class TransferOver(Refusal):
    """The transfer is not in a state in which this can be done."""

    code = "transfer-over"

    def __init__(self, status: str):
        super().__init__(f"The transfer is {status.replace('_', ' ')}.")
        self.status = status

    def details(self):
        """Return the transfer's status."""
        return {"transfer_status": self.status}


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

"""The refusals of the catalogue, one class per fact."""

from dataclasses import asdict, dataclass

from shop.core.refusals import Refusal


@dataclass(frozen=True)
class Shortage:
    """The units of an item that were wanted, and the units that are left."""

    item_id: int
    name: str
    wanted: int
    left: int


class InsufficientStock(Refusal):
    """Fewer units can be promised than were wanted; `shortages` names every short item."""

    code = "insufficient-stock"

    def __init__(self, shortages: list[Shortage]):
        super().__init__(", ".join(f"{s.name}: {s.left} left of {s.wanted}" for s in shortages))
        self.shortages = shortages

    def details(self):
        """Return every short item with its wanted and remaining units."""
        return {"shortages": [asdict(shortage) for shortage in self.shortages]}


class SkuExists(Refusal):
    """Another item has this stock keeping unit already."""

    code = "sku-exists"

    def __init__(self, sku: str):
        super().__init__(f"An item with the sku {sku!r} exists already.")
        self.sku = sku

    def details(self):
        """Return the sku that is taken."""
        return {"sku": self.sku}


class TooManyRequests(Refusal):
    """The customer waits for as many items as a customer may wait for."""

    def __init__(self, limit: int):
        super().__init__(f"Mails about at most {limit} items can be waited for.")
        self.limit = limit


class InvalidPicture(Refusal):
    """The file cannot become a picture of an item; the message says why."""


class StorageUnavailable(Refusal):
    """The storage of the pictures is unreachable or refuses; a retry may succeed."""

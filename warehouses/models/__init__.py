"""Tables of warehouses, warehouse orders, the ledger and assignment."""

from warehouses.models.assignment import BackorderRetry, BidPrice, Decision, RateTable, ZoneRate
from warehouses.models.fulfilment import (
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseOrderQuerySet,
)
from warehouses.models.inventory import Shortfall, Warehouse, WarehouseQuerySet, WarehouseStock
from warehouses.models.ledger import LedgerMoment, StockMovement

__all__ = [
    "BackorderRetry",
    "BidPrice",
    "Decision",
    "LedgerMoment",
    "RateTable",
    "Shortfall",
    "StockMovement",
    "Warehouse",
    "WarehouseOrder",
    "WarehouseOrderItem",
    "WarehouseOrderQuerySet",
    "WarehouseQuerySet",
    "WarehouseStock",
    "ZoneRate",
]

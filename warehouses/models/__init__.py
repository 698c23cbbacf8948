"""Tables of warehouses, warehouse orders, transfers, the ledger and assignment."""

from warehouses.models.assignment import BackorderRetry, BidPrice, Decision, RateTable, ZoneRate
from warehouses.models.carriers import Carrier
from warehouses.models.fulfilment import (
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseOrderQuerySet,
)
from warehouses.models.inventory import Shortfall, Warehouse, WarehouseQuerySet, WarehouseStock
from warehouses.models.ledger import LedgerMoment, StockMovement
from warehouses.models.transfers import Transfer, TransferItem, TransferQuerySet

__all__ = [
    "BackorderRetry",
    "BidPrice",
    "Carrier",
    "Decision",
    "LedgerMoment",
    "RateTable",
    "Shortfall",
    "StockMovement",
    "Transfer",
    "TransferItem",
    "TransferQuerySet",
    "Warehouse",
    "WarehouseOrder",
    "WarehouseOrderItem",
    "WarehouseOrderQuerySet",
    "WarehouseQuerySet",
    "WarehouseStock",
    "ZoneRate",
]

"""Warehouses in the admin. Quantities and states change through actions only."""

from warehouses.admin import (  # noqa: F401 -- registers their pages
    backlog,
    carriers,
    decisions,
    rates,
    returns,
    stock,
    transfers,
    warehouse_orders,
    warehouses,
)

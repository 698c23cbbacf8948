"""Warehouses in the admin. Quantities and states change through actions only."""

from warehouses.admin import (  # noqa: F401 -- registers their pages
    backlog,
    decisions,
    rates,
    returns,
    stock,
    warehouse_orders,
    warehouses,
)

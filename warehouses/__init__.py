"""Warehouses: their stock and its ledger, the assignment of orders, picking and shipping."""

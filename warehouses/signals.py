"""Signals that warehouses send inside a transaction; receivers enqueue tasks on its commit."""

from django.dispatch import Signal

# Sent with `item_id` after a shortfall of the item was opened, or can be resolved now.
shortfall_opened = Signal()

# Sent with `warehouse` after its units were taken off sale.
warehouse_closed = Signal()

# Sent with `order` after units of it were taken off a warehouse order, to be assigned anew.
units_unassigned = Signal()

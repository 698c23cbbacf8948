"""Signals that warehouses send inside a transaction; receivers enqueue tasks on its commit."""

from django.dispatch import Signal

# Sent with `item_id` after a shortfall of the item was opened.
shortfall_opened = Signal()

# Sent with `warehouse` after its units were taken off sale.
warehouse_closed = Signal()

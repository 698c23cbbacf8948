"""What warehouses announce inside a transaction; the receivers act once it has committed."""

from django.dispatch import Signal

# Sent with `item_id` when a shortfall of the item was opened.
shortfall_opened = Signal()

# Sent with `warehouse`, whose units are no longer on sale.
warehouse_closed = Signal()

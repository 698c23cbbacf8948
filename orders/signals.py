"""What ordering announces to the floors above, inside its transaction.

A receiver commits or rolls back with the verb that sent the signal.
"""

from django.dispatch import Signal

# order: written, its units not assigned to any warehouse yet.
order_submitted = Signal()

# order: none of its units is wanted any more; its row is locked.
order_cancelled = Signal()

# order, cancelled: {order item id: units}, more than are on no warehouse order yet
# must come off the warehouse orders; the order's row is locked.
items_cancelled = Signal()

# parcels: of one order, about to be shown to its customer. Whoever knows when they
# arrive notes it on each, as `arrives_on`.
parcels_shown = Signal()

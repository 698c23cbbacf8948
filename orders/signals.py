"""Signals of ordering to the layers above, sent inside its transaction.

A receiver commits or rolls back with the verb that sent the signal.
"""

from django.dispatch import Signal

# `order`: just written, its units not assigned to any warehouse yet.
order_submitted = Signal()

# `order`: just cancelled as a whole; its row is locked.
order_cancelled = Signal()

# `order`, whose row is locked, and `cancelled`: units by order item id. Units that are not
# assigned yet are used up first; the receiver takes the rest off the warehouse orders.
items_cancelled = Signal()

# `parcels` of an order, loaded for its page. The receiver sets the estimated
# day of arrival of each as `arrives_on`.
parcels_loaded = Signal()

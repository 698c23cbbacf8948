"""Signals of ordering to the layers above, sent inside its transaction.

A receiver commits or rolls back with the verb that sent the signal.
"""

from django.dispatch import Signal

# `order`: just written, its units not assigned to any warehouse yet.
order_submitted = Signal()

# `order`, locked, whose lines have units cancelled; `freed`: these units by order line,
# without short ones; `short_orders`: other locked orders, with short lines of the same items.
# The receiver takes the units off the warehouse orders, unless as many are unassigned, and
# gives them to short lines and to the stock.
items_cancelled = Signal()

# `order`, locked, with its new shipping address; nothing of it is picked. The receiver writes
# the address on its warehouse orders.
order_readdressed = Signal()

# `parcels` of an order, loaded for its page. The receiver sets the estimated
# day of arrival of each as `arrives_on`.
parcels_loaded = Signal()

"""Signals of the catalogue to the layers above, sent inside its transaction."""

from django.dispatch import Signal

# `item_ids`: items read with `next_release_at` in the past, so that a hold on them may be
# overdue. The receiver (orders.receivers) puts the units of overdue holds back on sale.
release_due = Signal()

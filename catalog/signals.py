"""What the catalogue announces to the floors above, inside its transaction."""

from django.dispatch import Signal

# Somebody met too little stock of `item_ids` although a hold on them should have
# ended by now. Whoever keeps the holds puts the overdue ones back on sale.
release_due = Signal()

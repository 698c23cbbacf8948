"""What accounts announce to the floors above, inside their transaction."""

from django.dispatch import Signal

# Sent with `user_ids`, a collection of keys, when what belongs to closed accounts is deleted.
accounts_erased = Signal()

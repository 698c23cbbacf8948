"""Signals of accounts to the apps above, sent inside the transaction."""

from django.dispatch import Signal

# Sent with `user_ids`, a collection of keys, when the rows of closed accounts are deleted.
accounts_erased = Signal()

# Sent with `user_id` when a user ends every access to the account beside the password.
access_ended = Signal()

"""Users, tokens and OAuth clients in the admin."""

from shop.accounts.admin import tokens, users  # noqa: F401 -- registers their pages

"""The admin pages of users, API tokens and OAuth clients."""

from shop.accounts.admin import tokens, users  # noqa: F401 -- registers their pages

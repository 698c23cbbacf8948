"""Bulk jobs and webhooks in the admin."""

from shop.integrations.admin import bulk, webhooks  # noqa: F401 -- registers their pages

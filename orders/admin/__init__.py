"""Orders in the admin."""

from orders.admin import orders  # noqa: F401 -- registers its pages

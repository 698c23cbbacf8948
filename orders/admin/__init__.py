"""Orders, holds and new customers in the admin."""

from orders.admin import holds, orders  # noqa: F401 -- they register their pages

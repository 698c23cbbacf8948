"""The catalogue in the admin: items can be edited, their stock can only be read."""

from catalog.admin import items, pictures, search  # noqa: F401 -- registers their pages

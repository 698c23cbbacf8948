"""The delivery estimate on an item's page."""

"""Imports of items from product feeds."""

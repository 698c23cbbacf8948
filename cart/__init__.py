"""Carts, one per customer, and items saved for later."""

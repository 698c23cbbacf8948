"""Carts: one per customer, and what is saved for later."""

"""Checkouts, which hold units, and the orders that come of them."""

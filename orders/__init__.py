"""Checkouts, which hold units, and orders, which are submitted from them."""

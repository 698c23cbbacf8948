"""Shipping addresses: the rules of each country, and customers' address books."""

"""Checkout and orders in the REST API."""

"""Warehouses in the REST API, for staff systems."""

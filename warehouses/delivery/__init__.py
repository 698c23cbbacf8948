"""Shipping rates, distances, calendar and estimated delivery dates."""

"""Transactions, locks, prepared queries and paging by key, on PostgreSQL."""

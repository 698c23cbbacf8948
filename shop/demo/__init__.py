"""The additions of `make demo`: products, pictures, accounts and a sandbox for the API."""

"""What `make demo` adds: products, pictures, accounts and a sandbox for the API."""

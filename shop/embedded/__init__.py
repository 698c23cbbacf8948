"""Embedded servers: PostgreSQL, Valkey and the shop's own processes on one machine.

`manage.py demo` runs everything (demo.py). Any other command borrows a database and a cache
for as long as it runs (servers/shared_servers.py). No module in here imports the shop's models.
"""

"""The servers that the shop brings along: found, started, watched and stopped.

`manage.py demo` runs everything (demo.py). Any other command borrows a database and a
cache for as long as it runs (services.py). Nothing in here imports the shop's models.
"""

"""The foundation under every app: transactions, locks, API and HTTP conventions, imports, plug-ins.

It knows no item and no order. It is a Django app for the tables of idempotency records and
outgoing mail."""

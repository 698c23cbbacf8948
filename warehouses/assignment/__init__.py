"""The order-assignment service: which warehouse ships which units, and why."""

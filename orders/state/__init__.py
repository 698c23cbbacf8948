"""The state of an order: its status by what is owed, its history, its timeline and version."""

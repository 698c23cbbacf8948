"""The books: stock rows and their ledger, its history, the audit, the trace of an item."""

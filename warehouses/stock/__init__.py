"""Stock rows and their ledger: locking, posting, history, audit, and tracing of an item."""

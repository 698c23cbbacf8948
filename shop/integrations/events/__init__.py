"""The event log: read by cursor, deleted after its retention."""

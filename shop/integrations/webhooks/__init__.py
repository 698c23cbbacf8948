"""Webhooks: events sent to endpoints, signed, in order, until they arrive."""

"""Webhooks: events delivered to endpoints, signed, in order, with retries."""

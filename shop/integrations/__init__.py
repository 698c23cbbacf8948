"""Interfaces to other systems: events, webhooks, bulk jobs, exports and feeds."""

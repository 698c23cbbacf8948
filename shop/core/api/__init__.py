"""The conventions of the REST API: idempotency, ETags, problem details, rate limits, fields."""

"""The catalogue in the REST API."""

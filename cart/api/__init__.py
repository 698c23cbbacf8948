"""The cart in the REST API."""

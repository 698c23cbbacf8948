"""The documentation of the REST API: its OpenAPI schema, examples and pages of problem types."""

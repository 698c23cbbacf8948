"""Authentication of the API's callers: bearer tokens, and OAuth 2.0 for programs."""

"""How the API recognises its callers: bearer tokens and OAuth 2.0."""

"""Base classes of the Django admin: lists that stay quick, actions that ask before they act."""

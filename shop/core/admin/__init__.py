"""Base classes of the Django admin: lists of bounded cost, actions with a confirmation page."""

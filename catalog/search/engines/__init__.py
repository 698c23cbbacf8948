"""The search engines, and the choice between them."""

"""Pages of an account that allauth lacks: API tokens and the deletion of the account."""

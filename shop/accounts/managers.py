"""The manager of users, whose e-mail address is their login."""

from typing import Any

from django.contrib.auth.base_user import BaseUserManager


class UserManager(BaseUserManager):
    """A manager that stores e-mail addresses in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any):
        """Create a user; without a password nobody can sign in until one is set."""
        user: Any = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any):
        """Create a user with every right."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None):
        """Return the user of an address in any case."""
        return self.get(email__iexact=email)

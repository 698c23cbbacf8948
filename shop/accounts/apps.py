"""The Django app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shop.accounts"
    label = "accounts"
    verbose_name = "Users and access"  # allauth has the title "Accounts"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from shop.accounts import sign_ups  # noqa: F401, PLC0415 -- connects the signals

"""The Django apps of accounts, and of the admin with the shop's own site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "shop.accounts"
    label = "accounts"
    verbose_name = "Users and access"  # allauth has the title "Accounts"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from shop.accounts import receivers  # noqa: F401, PLC0415 -- connects the signals


class ShopAdminConfig(AdminConfig):
    """Django's admin, whose site is the shop's."""

    default_site = "shop.accounts.identity.admin_site.AdminSite"

"""The Django app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Label `demo`."""

    name = "shop.demo"
    label = "demo"

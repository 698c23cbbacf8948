"""The Celery application; each of its tasks takes an id or nothing, and calls one verb."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop", include=["shop.retention"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The project: settings, URLs, WSGI, Celery, the beat schedule, and the packages below."""

from shop.celery import app as celery_app

__all__ = ["celery_app"]

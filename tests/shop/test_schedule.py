"""Celery knows every task of the beat schedule."""

from shop.celery import app
from shop.schedule import BEAT_SCHEDULE


def test_every_scheduled_task_is_registered():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()

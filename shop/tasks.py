"""What beat asks of the shop itself."""

from celery import shared_task

from shop import forgetting


@shared_task
def forget_old_rows() -> None:
    forgetting.forget_old_rows()

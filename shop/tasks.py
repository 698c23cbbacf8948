"""What beat asks of the shop itself."""

from celery import shared_task

from shop import forgetting, letters


@shared_task
def forget_old_rows() -> None:
    forgetting.forget_old_rows()


@shared_task
def send_letters() -> None:
    """Mail people what their accounts ask of them."""
    letters.send_letters()

"""Rows that nobody needs any more, swept away every hour."""

from datetime import timedelta

from django.db.models.functions import Now

from cart.models import Cart
from catalog.search.asked import forget_asked
from catalog.search.changes import forget_changes
from shop.models import BulkJob, IdempotentAnswer, Letter, Session
from warehouses.models import Decision

ANSWERS_ARE_KEPT = timedelta(hours=24)
JOBS_ARE_KEPT = timedelta(days=7)
DECISIONS_ARE_KEPT = timedelta(days=30)
VISITORS_CARTS_ARE_KEPT = timedelta(days=30)
LETTERS_ARE_TRIED = timedelta(days=3)  # as long as their links open anything


def forget_old_rows() -> None:
    """Delete kept answers and the search's changes after a day, ended bulk jobs after a
    week, carts of visitors and questions that nobody asks any more and what strategies were
    asked after a month, ended sessions, and mails of accounts that no mail server took in
    time."""
    IdempotentAnswer.objects.filter(created_at__lt=Now() - ANSWERS_ARE_KEPT).delete()
    Cart.objects.filter(customer=None, updated_at__lt=Now() - VISITORS_CARTS_ARE_KEPT).delete()
    forget_changes()
    forget_asked()
    Session.objects.filter(expire_date__lt=Now()).delete()
    Decision.objects.filter(at__lt=Now() - DECISIONS_ARE_KEPT).delete()
    BulkJob.objects.filter(finished_at__lt=Now() - JOBS_ARE_KEPT).delete()
    Letter.objects.filter(created_at__lt=Now() - LETTERS_ARE_TRIED).delete()

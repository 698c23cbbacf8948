"""Deletion of ended sessions and tokens."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from shop.accounts.models import ApiToken, Session

ENDED_TOKEN_RETENTION = timedelta(days=30)


def delete_ended_sessions() -> None:
    """Delete the sessions that are expired."""
    Session.objects.filter(expire_date__lt=Now()).delete()


def delete_ended_tokens() -> None:
    """Delete expired tokens of OAuth clients at once, and ended tokens of users after a month."""
    ApiToken.objects.filter(expires_at__lt=Now()).exclude(client=None).delete()
    long_ago = Now() - ENDED_TOKEN_RETENTION
    ended = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
    ApiToken.objects.filter(ended).delete()

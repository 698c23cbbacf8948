"""API tokens: issue, one by one or in bulk, use and revocation."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower, Now

from shop.accounts.exceptions import (
    InvalidAddresses,
    NameTaken,
    TooManyTokens,
    UnknownAddresses,
)
from shop.accounts.models import ApiToken, User
from shop.core.db.advisory_locks import serialize_on

MAX_TOKENS = 50  # in force at once, for each user
MAX_TOKENS_A_DAY = 100  # issued to a user; the ended ones are kept for a month


@transaction.atomic
def issue_personal_token(
    *, user, name: str, scopes: Sequence[str], lifetime: timedelta | None
) -> str:
    """Issue a token to a user, who is granted nothing; return its secret, to be shown once.

    A name is unique among the user's tokens in force, so that a form that is sent again
    creates no second token. Raises TooManyTokens, NameTaken.
    """
    serialize_on(f"tokens of {user.pk}")  # so that two requests cannot both issue the last one
    own = ApiToken.objects.filter(user=user).personal()
    names = list(own.usable().values_list("name", flat=True))
    of_today = own.filter(created_at__gt=Now() - timedelta(days=1))
    if len(names) >= MAX_TOKENS or of_today.count() >= MAX_TOKENS_A_DAY:
        raise TooManyTokens
    if name in names:
        raise NameTaken
    return ApiToken.issue(
        user=user, name=name, scopes=list(scopes), lifetime=lifetime, may_grant=False
    )


@transaction.atomic
def issue_tokens(
    *,
    emails: Sequence[str],
    scopes: Sequence[str],
    name: str = "",
    lifetime: timedelta | None = None,
    may_create_users: bool = False,
) -> list[str]:
    """Issue a token for each address and return the secrets in the same order.

    The users are granted the scopes. Addresses are compared without case. With
    `may_create_users`, unknown addresses become users. Raises UnknownAddresses,
    InvalidAddresses; then no token is issued.
    """
    addresses = [email.strip().lower() for email in emails]
    if may_create_users:
        _create_missing_users(addresses)
    users = {user.email.lower(): user for user in _active_users(addresses)}
    if unknown := [email for email in dict.fromkeys(addresses) if email not in users]:
        raise UnknownAddresses(unknown)
    return [
        ApiToken.issue(user=users[email], name=name, scopes=list(scopes), lifetime=lifetime)
        for email in addresses
    ]


@transaction.atomic
def revoke_tokens(*, token_ids: Sequence[int]) -> int:
    """Revoke tokens for good; return the number that were not revoked before."""
    return ApiToken.objects.filter(pk__in=token_ids, revoked_at=None).update(revoked_at=Now())


@transaction.atomic
def record_use(*, token_id: int) -> None:
    """Set `last_used_at` of a token, unless it is recent or another transaction locks the row."""
    outdated = ApiToken.objects.with_status().filter(pk=token_id, is_use_outdated=True)
    ids = list(outdated.lock(skip_locked=True).values_list("pk", flat=True))
    ApiToken.objects.filter(pk__in=ids).update(last_used_at=Now())


def _active_users(emails: Sequence[str]):
    users = User.objects.annotate(lower_email=Lower("email"))
    return users.filter(lower_email__in=emails, is_active=True)


def _create_missing_users(emails: Sequence[str]) -> None:
    """Create users without a password for the unknown addresses. Raises InvalidAddresses."""
    if invalid := [email for email in dict.fromkeys(emails) if not _is_address(email)]:
        raise InvalidAddresses(invalid)
    users = [User(email=email) for email in sorted(set(emails))]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, ignore_conflicts=True)


def _is_address(email: str) -> bool:
    max_length = User._meta.get_field("email").max_length or 0
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= max_length

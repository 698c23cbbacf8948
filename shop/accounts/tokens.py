"""Tokens of the REST API: made one by one or in bulk, used, revoked."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower, Now

from shop.accounts.models import ApiToken, User
from shop.core.db.advisory_locks import serialize_on

MAX_TOKENS = 50  # that one person may have in force


class UnknownAddresses(Exception):
    """No active user has these e-mail addresses."""

    def __init__(self, emails: Sequence[str]):
        super().__init__(f"There is no active user {', '.join(emails)}.")
        self.emails = emails


class NoAddresses(Exception):
    """These are no e-mail addresses, so no user can have them."""

    def __init__(self, emails: Sequence[str]):
        super().__init__(f"Not an e-mail address: {', '.join(map(repr, emails))}.")
        self.emails = emails


class TooManyTokens(Exception):
    """The person has as many tokens in force as one may have."""


class NameTaken(Exception):
    """The person has a token of this name in force."""


@transaction.atomic
def make_personal_token(
    *, user, name: str, scopes: Sequence[str], lifetime: timedelta | None
) -> str:
    """Make a token that a person asked for; returns its text, to be shown once.

    A name is given once, so that sending the form again makes no second token.
    Raises TooManyTokens or NameTaken.
    """
    serialize_on(f"tokens of {user.pk}")  # so that 49 become 50 and not 51
    own = ApiToken.objects.filter(user=user).usable().personal()
    names = list(own.values_list("name", flat=True))
    if len(names) >= MAX_TOKENS:
        raise TooManyTokens
    if name in names:
        raise NameTaken
    return ApiToken.issue(user=user, name=name, scopes=list(scopes), lifetime=lifetime)


@transaction.atomic
def issue_tokens(
    *,
    emails: Sequence[str],
    scopes: Sequence[str],
    name: str = "",
    lifetime: timedelta | None = None,
    may_create_users: bool = False,
) -> list[str]:
    """Make a token for each address, in their order; upper and lower case are the same.

    Raises UnknownAddresses, or NoAddresses when users are to be made for them; then no
    token is made at all.
    """
    wanted = [email.strip().lower() for email in emails]
    if may_create_users:
        _create_missing_users(wanted)
    users = {user.email.lower(): user for user in _active_users(wanted)}
    if unknown := [email for email in dict.fromkeys(wanted) if email not in users]:
        raise UnknownAddresses(unknown)
    return [
        ApiToken.issue(user=users[email], name=name, scopes=list(scopes), lifetime=lifetime)
        for email in wanted
    ]


@transaction.atomic
def revoke_tokens(*, token_ids: Sequence[int]) -> int:
    """Shut the door on tokens for good; returns how many were open until now."""
    return ApiToken.objects.filter(pk__in=token_ids, revoked_at=None).update(revoked_at=Now())


@transaction.atomic
def record_use(*, token_id: int) -> None:
    """Write down that a token was used; what somebody else has locked is left for later."""
    free = ApiToken.objects.with_age().filter(pk=token_id, is_use_unwritten=True)
    ids = list(free.lock(skip_locked=True).values_list("pk", flat=True))
    ApiToken.objects.filter(pk__in=ids).update(last_used_at=Now())


def _active_users(emails: Sequence[str]):
    known = User.objects.annotate(lower_email=Lower("email"))
    return known.filter(lower_email__in=emails, is_active=True)


def _create_missing_users(emails: Sequence[str]) -> None:
    """Make users who have no password until they ask for one."""
    if absurd := [email for email in dict.fromkeys(emails) if not _is_address(email)]:
        raise NoAddresses(absurd)
    users = [User(email=email) for email in sorted(set(emails))]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, ignore_conflicts=True)


def _is_address(email: str) -> bool:
    longest = User._meta.get_field("email").max_length or 0
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= longest

"""The people of the shop and what its API keeps about callers."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower, Now

from shop.bulk.models import BulkChunk, BulkJob  # noqa: F401 -- models of a room of their own
from shop.sessions import SessionStore
from shop.users import UserManager


class User(AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff; the e-mail address is the login."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(
        "closed by the customer", null=True, blank=True, editable=False
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(closed_at__isnull=False), name="closed_account"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self):
        """Tokens that open the door: not revoked, not expired, of an active user."""
        return self.filter(revoked_at=None, user__is_active=True).exclude(expires_at__lte=Now())


class ApiToken(models.Model):
    """A bearer token of the REST API. Only its hash is kept."""

    class Scope(models.TextChoices):
        SHOPPER = "shopper"
        CATALOG_WRITE = "catalog:write"
        STOCK_WRITE = "stock:write"
        FULFILMENT_WRITE = "fulfilment:write"
        ORDERS_READ = "orders:read"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"token {self.pk} of {self.user}"

    @staticmethod
    def digest_of(token: str) -> str:
        """A token is 256 random bits, so one round of SHA-256 is as good as a slow hash."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, *, user: User, scopes: list[str]) -> str:
        """Make a token and return its text, which nobody can read again."""
        token = f"shop_{secrets.token_urlsafe(32)}"
        cls.objects.create(user=user, digest=cls.digest_of(token), scopes=scopes)
        return token


class IdempotentAnswer(models.Model):
    """The answer once given under an Idempotency-Key, to be given again."""

    caller = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField("hash of the request's body", max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField("the answer's JSON, to the letter")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "route", "key"], name="one_answer_per_idempotency_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class Session(AbstractBaseSession):
    """A session of a browser, and whose it is once they have signed in."""

    user_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class Letter(models.Model):
    """A mail about somebody's account that is not sent yet; the row is the queue."""

    to = models.EmailField()
    subject = models.CharField(max_length=500)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField("being sent since", null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

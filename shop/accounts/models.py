"""Tables of users, their sessions, API tokens and OAuth clients."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Lower, Now

from shop.accounts.managers import UserManager
from shop.accounts.sessions import SessionStore
from shop.core.api.permissions import Scope, held_scopes
from shop.core.security_log import Action, record

USE_RECORDING_INTERVAL = timedelta(minutes=1)


class User(AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff; the e-mail address is the login."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    granted_scopes = ArrayField(
        models.CharField(max_length=32, choices=Scope.choices),
        default=list,
        db_default=[],
        blank=True,
        help_text="Scopes of the API that this user holds beyond the rights of staff. They end"
        " when the user is made no staff or no superuser any more.",
    )
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

    @transaction.atomic
    def grant_scopes(self, scopes: Iterable[str]) -> None:
        """Grant the scopes that the user does not hold yet."""
        if set(scopes) <= held_scopes(self, scopes):
            return
        locked = User.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.granted_scopes = locked.granted_scopes
        if missing := set(scopes) - held_scopes(self, scopes):
            self.granted_scopes = sorted({*self.granted_scopes, *missing})
            self.save(update_fields=["granted_scopes"])
            record(Action.RIGHTS_CHANGED, user_id=self.pk, granted=sorted(missing))


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self):
        """Return the tokens in force: not revoked, not expired, of an active user."""
        return self.filter(revoked_at=None, user__is_active=True).exclude(expires_at__lte=Now())

    def personal(self):
        """Return the tokens of users, without those that OAuth clients fetch for an hour."""
        return self.filter(client=None)

    def with_status(self):
        """Annotate whether a token is expired, and whether its `last_used_at` is outdated."""
        outdated = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_RECORDING_INTERVAL)
        return self.annotate(
            is_expired=_boolean(Q(expires_at__lte=Now(), expires_at__isnull=False)),
            is_use_outdated=_boolean(outdated),
        )

    def lock(self, *, skip_locked: bool = False):
        """Return the tokens, locked by key until commit; nothing is locked after them."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class ApiToken(models.Model):
    """A bearer token of the REST API. Only its hash is stored."""

    is_expired: bool  # annotated by with_status, as the next
    is_use_outdated: bool

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    client = models.ForeignKey(
        "OAuthClient",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="tokens",
    )
    name = models.CharField(max_length=100, blank=True, db_default="")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField("ends in", max_length=4, blank=True, db_default="", editable=False)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return what names the token in a history that keeps no personal data."""
        return f"{self.name} (token {self.pk})" if self.name else f"token {self.pk}"

    @staticmethod
    def digest_of(token: str) -> str:
        """Return the hash of a token: one SHA-256 suffices for a secret of 256 random bits."""
        return hashlib.sha256(token.encode()).hexdigest()

    @staticmethod
    def new_secret() -> str:
        """Return a new random secret of 256 bits with the prefix of this shop."""
        return f"shop_{secrets.token_urlsafe(32)}"

    def set_secret(self, secret: str) -> None:
        """Set the hash of a secret, and its last characters as a hint for its owner."""
        self.digest = self.digest_of(secret)
        self.hint = secret[-4:]

    @classmethod
    def issue(
        cls,
        *,
        secret: str = "",
        lifetime: timedelta | None = None,
        may_grant: bool = True,
        **fields,
    ) -> str:
        """Create a token with this or a new secret, and return the secret.

        The secret cannot be read again. Without a lifetime the token never expires. Its user
        is granted its scopes, as by an operator, unless `may_grant` is False: then it does
        only what the user's rights allow.
        """
        secret = secret or cls.new_secret()
        if may_grant:
            fields["user"].grant_scopes(fields["scopes"])
        token = cls(expires_at=Now() + lifetime if lifetime else None, **fields)
        token.set_secret(secret)
        token.save(force_insert=True)
        return secret


class OAuthClientQuerySet(models.QuerySet["OAuthClient"]):
    def usable(self):
        """Return the clients in force: not revoked, of an active user."""
        return self.filter(revoked_at=None, user__is_active=True)

    def lock(self):
        """Return the clients, locked by key until commit, before any token."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class OAuthClient(models.Model):
    """A program that fetches its own tokens (RFC 6749, 4.4) and acts for one user."""

    client_id = models.CharField(max_length=40, unique=True, editable=False)
    secret_digest = models.CharField(max_length=64, editable=False)
    name = models.CharField(max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="oauth_clients"
    )
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OAuthClientQuerySet.as_manager()

    class Meta:
        verbose_name = "OAuth client"

    def __str__(self) -> str:
        return f"{self.name} ({self.client_id})"

    def set_credentials(self) -> str:
        """Set a new id and the hash of a new secret; return the secret."""
        secret = secrets.token_urlsafe(32)
        self.client_id = f"client_{secrets.token_hex(12)}"
        self.secret_digest = ApiToken.digest_of(secret)
        return secret

    def has_secret(self, secret: str) -> bool:
        """Return whether the secret is this client's, in constant time."""
        return secrets.compare_digest(self.secret_digest, ApiToken.digest_of(secret))


def _boolean(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=models.BooleanField())


class Session(AbstractBaseSession):
    """A session of a browser, with its user once they have signed in."""

    user_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return the store that writes `user_id`."""
        return SessionStore

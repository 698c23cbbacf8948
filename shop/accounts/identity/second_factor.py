"""Second factors: one-time codes, passkeys and recovery codes of allauth."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from shop.accounts.exceptions import NoFactor
from shop.accounts.sessions import end_sessions


class MFAAdapter(DefaultMFAAdapter):
    """An adapter of allauth that keeps the seeds of one-time codes encrypted."""

    def encrypt(self, text: str) -> str:
        """Return a seed as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored seed in clear. Raises InvalidToken if the key was lost."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


@transaction.atomic
def reset_second_factors(*, user: Any, request: HttpRequest) -> int:
    """Delete every factor of a user who lost them, and mail the user; return their number.

    The sessions end too, because the device that was lost may be in one. Raises NoFactor.
    """
    factors = list(Authenticator.objects.filter(user=user.pk))
    for factor in factors:
        factor.delete()
        signals.authenticator_removed.send(
            sender=Authenticator, request=request, user=user, authenticator=factor
        )
    if not factors:
        raise NoFactor
    end_sessions(user_id=user.pk, keep=request.session.session_key)
    get_adapter(request).send_notification_mail("accounts/mail/factors_reset", user)
    return len(factors)


def _cipher() -> MultiFernet:
    """Return the cipher of the newest key, which also reads what older keys wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key_from(secret)) for secret in keys])


def _key_from(secret: str | bytes) -> bytes:
    digest = hashlib.sha256(b"shop.second-factor:" + force_bytes(secret)).digest()
    return base64.urlsafe_b64encode(digest)

"""Second factors: one-time codes, passkeys and recovery codes of allauth."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from shop.accounts.exceptions import NoFactor
from shop.accounts.sessions import end_sessions
from shop.core.db.encryption import decrypt, encrypt, rewrite_rows

# What allauth keeps of an authenticator app and of recovery codes, encrypted by the adapter.
ENCRYPTED_DATA = ("secret", "seed", "migrated_codes")


class MFAAdapter(DefaultMFAAdapter):
    """An adapter of allauth that keeps the seeds of one-time codes encrypted."""

    def encrypt(self, text: str) -> str:
        """Return a seed as it is stored."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored seed in clear. Raises KeyLost."""
        return decrypt(encrypted_text)


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


def reencrypt_factors() -> int:
    """Write the secrets of every factor anew, with the first key; return the number of factors.

    Raises KeyLost.
    """
    return rewrite_rows(Authenticator, _reencrypt_factor)


def _reencrypt_factor(factor: Authenticator) -> None:
    """Write the secrets of a locked factor anew; a passkey has none."""
    own = [name for name in ENCRYPTED_DATA if factor.data.get(name)]
    for name in own:
        factor.data[name] = _reencrypt(factor.data[name])
    if own:
        factor.save(update_fields=["data"])


def _reencrypt(stored: str | list[str]) -> str | list[str]:
    if isinstance(stored, list):
        return [encrypt(decrypt(text)) for text in stored]
    return encrypt(decrypt(stored))

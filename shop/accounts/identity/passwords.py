"""Passwords: none that is guessed soon, none of this shop's own words, none without bound.

zxcvbn judges offline, by its lists of passwords from breaches, names and words, and by
patterns of keyboards, dates and repetitions (Wheeler: zxcvbn, USENIX Security 2016).
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

# What zxcvbn calls safe from guesses at a stolen slow hash for a while: its score 3.
MIN_GUESSES = 10**8
MAX_LENGTH = 128
JUDGED_LENGTH = 64  # more characters cost time and change no verdict
STAFF_MIN_LENGTH = 12
SHOP_WORDS = ["shop", "shopping", "demo"]


class LengthValidator(MinimumLengthValidator):
    """At least 8 characters, for staff 12, and at most 128."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password is too short or too long."""
        if len(password) > MAX_LENGTH:
            text = _("This password is too long. It has at most %(limit)d characters.")
            raise ValidationError(text % {"limit": MAX_LENGTH}, code="password_too_long")
        if getattr(user, "is_staff", False):
            MinimumLengthValidator(STAFF_MIN_LENGTH).validate(password, user)
        super().validate(password, user)


class GuessableValidator:
    """No password that is guessed within MIN_GUESSES guesses."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, with what would help, if the password is guessed soon."""
        verdict = zxcvbn(password[:JUDGED_LENGTH], user_inputs=_context_words(user))
        if verdict["guesses"] >= MIN_GUESSES:
            return
        advice = [verdict["feedback"]["warning"], *verdict["feedback"]["suggestions"]]
        text = " ".join([_("This password is guessed too soon."), *filter(None, advice)])
        raise ValidationError(text, code="password_guessable")

    def get_help_text(self) -> str:
        """Return what the forms say about it."""
        return _("Your password can’t be one that is easy to guess, as names, dates and rows are.")


def _context_words(user: Any) -> list[str]:
    """Return the words that a guesser would try here first."""
    hosts = " ".join(host for host in settings.ALLOWED_HOSTS if host != "*")
    email = getattr(user, "email", "").lower()
    words = re.split(r"[^\w]+", f"{email} {hosts}".lower())
    long_words = (word for word in words if len(word) >= 3)
    return [*SHOP_WORDS, email, email.partition("@")[0], *long_words]

"""A form that lost a race against a form with the same unique value."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError


def retry_on_conflict(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a page whose form checks that a value is free, and then writes it.

    Of two such forms at once one violates a constraint. It is judged once more, and now its
    check sees the value of the other, so it answers as for a value that was taken long ago.
    The page ends its own transaction, so that what it does outside of one stays there.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except IntegrityError:
            return view(*args, **kwargs)

    return answer

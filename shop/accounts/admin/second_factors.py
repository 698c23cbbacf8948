"""The action by which a superuser resets the second factors of a colleague who lost them."""

from collections.abc import Mapping
from typing import Any

from allauth.core import context
from django.contrib import admin, messages
from django.http import HttpRequest

from shop.accounts.exceptions import NoFactor
from shop.accounts.identity.second_factor import reset_second_factors
from shop.core.admin.confirm import Confirmation, confirm_and_act
from shop.core.authors import Author


@admin.action(description="Reset second factors", permissions=["change"])
def reset_factors(model_admin, request: HttpRequest, users):
    """Ask for a confirmation, then delete the factors of the selected users and mail them."""
    if not request.user.is_superuser:
        messages.error(request, "Only a superuser resets the second factors of others.")
        return None
    return confirm_and_act(RESET, model_admin, request, users)


def _reset(user: Any, inputs: Mapping[str, Any], author: Author) -> str:
    """Reset the factors of a user; the security log names the request's user as the author."""
    count = reset_second_factors(user=user, request=context.request)
    return f"{count} second factors of user {user.pk} were removed."


RESET = Confirmation(
    title="Reset second factors",
    button="Reset second factors",
    act=_reset,
    refusals=(NoFactor,),
)

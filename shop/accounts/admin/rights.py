"""Who may give what in the admin: nobody gives, or borrows, more than they hold themselves."""

from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest

from shop.core.api.permissions import held_scopes
from shop.core.security_log import Action, record


def outranks(actor: Any, user: Any) -> bool:
    """Return whether the actor holds every right that the user has, or had while active."""
    if actor.is_superuser:
        return True
    if user.is_superuser or not rights_of(user) <= rights_of(actor):
        return False
    return set(user.granted_scopes) == held_scopes(actor, user.granted_scopes)


def rights_of(user: Any) -> set[int]:
    """Return the keys of a user's permissions, own and by groups, also of an inactive user."""
    permissions = Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk))
    return set(permissions.values_list("pk", flat=True))


def refuse_escalation(request: HttpRequest, **details: Any) -> None:
    """Record an attempt to get more rights. Raises PermissionDenied."""
    record_escalation(request, **details)
    raise PermissionDenied


def record_escalation(request: HttpRequest, **details: Any) -> None:
    """Write a line about a refused attempt to the security log."""
    record(Action.ESCALATION_REFUSED, request=request, outcome="failure", **details)

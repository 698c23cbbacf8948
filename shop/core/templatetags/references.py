"""The template tag of the request id, which error pages show for support."""

from django import template

from shop.core.http import request_ids

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """Return the current request id, also in a template rendered without the request."""
    return request_ids.current.get()

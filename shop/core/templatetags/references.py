"""What the pages of errors say to whoever asks for help."""

from django import template

from shop.core.http import request_ids

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The reference of the request, also where a page is rendered without it."""
    return request_ids.current.get()

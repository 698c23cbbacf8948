"""How to report a weakness: /.well-known/security.txt (RFC 9116), and the page of its policy."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Less than a year, as the RFC recommends. The time is computed with each answer, because a shop
# that answers still has this contact.
LIFETIME = timedelta(days=180)


@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return whom to tell of a weakness, as programs and researchers look for it."""
    expires = datetime.combine(datetime.now(UTC).date() + LIFETIME, time(), UTC)
    fields = [
        ("Contact", settings.SECURITY_CONTACT),
        ("Expires", f"{expires:%Y-%m-%dT%H:%M:%SZ}"),
        ("Preferred-Languages", ", ".join(languages())),
        ("Canonical", request.build_absolute_uri(request.path)),
        ("Policy", request.build_absolute_uri(reverse("security"))),
    ]
    text = "".join(f"{name}: {value}\n" for name, value in fields)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Render how to report a weakness, and what to expect."""
    contact = settings.SECURITY_CONTACT
    context = {"contact": contact, "contact_text": contact.removeprefix("mailto:")}
    return render(request, "security.html", context)


def languages() -> list[str]:
    """Return the languages in which reports are read: the region's, and English."""
    return list(dict.fromkeys([settings.REGION.language.partition("-")[0], "en"]))

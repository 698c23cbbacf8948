"""The style guide: a page for staff with every design token and component."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cart.models import CartItem
from catalog.models import AggregatedStock, Item

COLOURS = [
    *("ground", "surface", "ink", "muted", "line", "line-strong", "accent", "focus"),
    *("good", "warn", "warn-ground", "bad", "bad-ground", "calm-ground"),
]
NAMES = [
    ("Brass Desk Lamp", 236),
    ('Woven Rattan Pendant, 16"', 3),
    ("A Name That Goes On and On, as Names in Feeds Do, with Sizes, Colors and Purposes", 0),
    ("Ceramic Mug", 0),
]


class ExampleForm(forms.Form):
    """A form with an invalid field, a field with a help text and a choice."""

    name = forms.CharField(label="Full name", help_text="As it stands on the door.")
    postal_code = forms.CharField(label="ZIP code", max_length=5)
    country = forms.ChoiceField(choices=[("US", "United States")])


@staff_member_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Render every design token and component."""
    form = ExampleForm({"name": "Ada Lovelace", "postal_code": "98109-0000", "country": "US"})
    items = list(_items())
    context: dict[str, Any] = {
        "colours": COLOURS,
        "type_steps": ["4", "3", "2", "1", "0", "-1"],
        "spaces": range(1, 8),
        "items": items,
        "lines": [CartItem(item=item, quantity=2, price_seen=Decimal("9.95")) for item in items],
        "form": form,
        "max_units": 9,
        "here": request.path,
        "page": 2,
        "pages": 5,
        "parameters": QueryDict(),
    }
    return render(request, "styleguide.html", context)


def _items():
    """Yield items that are not in the database, one of each level of availability."""
    for number, (name, stock) in enumerate(NAMES, start=1):
        item = Item(pk=number, sku=f"EXAMPLE-{number}", name=name, price=Decimal("9.95"))
        item.brand = "Lumholt" if number % 2 else ""
        freed_at = timezone.now() + timedelta(minutes=7) if number == 3 else None
        AggregatedStock(item=item, stock=stock, next_release_at=freed_at)
        yield item

"""Admin page of a warehouse."""

import re
from datetime import time

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from warehouses.models import Warehouse

WAREHOUSES = "/admin/warehouses/warehouse/"

pytestmark = pytest.mark.django_db


def test_the_list_begins_with_the_columns_that_affect_assignment(desk, seattle):
    page = desk.get(WAREHOUSES).content.decode()

    heads = re.findall(r'<div class="text"><a [^>]*>([^<]+)</a>', page)
    assert heads[:6] == ["Code", "Open", "Cut-off", "Handling days", "Parcels per day", "Priority"]


def test_a_cut_off_is_not_compared_with_the_time_of_the_browser(desk, seattle):
    page = desk.get(f"{WAREHOUSES}{seattle.pk}/change/")

    assertContains(page, 'type="time" name="cutoff" value="14:00:00"')
    assertNotContains(page, "vTimeField")


def test_a_cut_off_with_seconds_is_kept_when_another_field_changes(desk, seattle):
    Warehouse.objects.update(cutoff=time(14, 0, 30))
    form = desk.get(f"{WAREHOUSES}{seattle.pk}/change/").context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in typed.items() if value is not None}

    desk.post(f"{WAREHOUSES}{seattle.pk}/change/", values | {"name": "Seattle South"})

    seattle.refresh_from_db()
    assert (seattle.name, seattle.cutoff) == ("Seattle South", time(14, 0, 30))

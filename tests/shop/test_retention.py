"""The hourly sweep deletes rows after their retention period."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cart.models import Cart
from shop.core.models import IdempotencyRecord
from shop.retention import delete_old_rows

pytestmark = pytest.mark.django_db


def test_old_records_and_carts_of_visitors_are_deleted(alice, monkeypatch):
    monkeypatch.setattr("shop.core.retention.IDEMPOTENCY_BATCH_SIZE", 1)
    long_ago = timezone.now() - timedelta(days=31)
    recent = [Cart.objects.create(customer=alice, updated_at=long_ago), Cart.objects.create()]
    Cart.objects.create(updated_at=long_ago)
    answer = {"caller": "user 1", "route": "POST /", "fingerprint": "", "status": 201, "body": ""}
    for key in ("old", "older", "oldest"):
        IdempotencyRecord.objects.create(key=key, created_at=long_ago, **answer)
    IdempotencyRecord.objects.create(key="new", **answer)

    delete_old_rows()

    assert set(Cart.objects.all()) == set(recent)
    assert [record.key for record in IdempotencyRecord.objects.all()] == ["new"]

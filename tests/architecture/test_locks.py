"""The watcher of locks allows the written lock order and nothing else."""

import pytest
from django.db import transaction

from cart.models import Cart
from catalog.stock import lock_stock
from orders.models import Checkout
from tests.support.locks import LockOrderBroken, watched_locks

pytestmark = pytest.mark.django_db


def test_the_written_order_is_allowed(lamp):
    with watched_locks(), transaction.atomic():
        list(Cart.objects.filter(pk=1).lock())
        list(Checkout.objects.filter(pk=1).lock())
        lock_stock([lamp.pk])


def test_a_lock_out_of_turn_is_caught(lamp):
    with watched_locks(), transaction.atomic():
        lock_stock([lamp.pk])

        with pytest.raises(LockOrderBroken):
            list(Checkout.objects.filter(pk=1).lock())


def test_a_table_locked_twice_is_caught(lamp, rug):
    with watched_locks(), transaction.atomic():
        lock_stock([rug.pk])

        with pytest.raises(LockOrderBroken):
            lock_stock([lamp.pk])


def test_rows_locked_in_no_order_are_caught(lamp):
    with watched_locks(), transaction.atomic(), pytest.raises(LockOrderBroken):
        list(Checkout.objects.order_by().select_for_update(no_key=True))

"""Factories of users, items and warehouses, and helpers for stock, which only its verb adds."""

import factory
from django.contrib.auth import get_user_model

from catalog.models import AggregatedStock, Item
from warehouses.inventory.receiving import receive_stock
from warehouses.models import Warehouse


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    email = factory.Sequence(lambda n: f"customer{n}@example.com")


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item
        skip_postgeneration_save = True

    sku = factory.Sequence(lambda n: f"SKU-{n}")
    name = factory.Sequence(lambda n: f"Thing {n}")
    price = "10.00"
    category = "Things"

    @factory.post_generation
    def stock_row(item, create, extracted, **kwargs):
        AggregatedStock.objects.create(item=item)


class WarehouseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Warehouse

    code = factory.Sequence(lambda n: f"WH{n}")
    name = factory.Sequence(lambda n: f"Warehouse {n}")
    postal_code = "98101"


def given_stock(units: dict, warehouse: Warehouse | None = None) -> Warehouse:
    """Receive the units of each item in one warehouse, and return the warehouse."""
    warehouse = warehouse or Warehouse.objects.first() or WarehouseFactory()
    for item, quantity in units.items():
        if quantity:
            receive_stock(warehouse=warehouse, item=item, quantity=quantity)
    return warehouse


def stock_left(*items: Item) -> tuple[int, ...]:
    """Return the units of the items that can still be promised, read from the database."""
    left = dict(AggregatedStock.objects.values_list("item_id", "stock"))
    return tuple(left[item.pk] for item in items)

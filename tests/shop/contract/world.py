"""The objects of the schema's examples, and the calls of these examples."""

import json
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from orders.models import Checkout, Order, ReturnRequest
from orders.returns import request_return
from shop.accounts.models import ApiToken, OAuthClient
from shop.api_docs.examples import (
    CLIENT,
    DELIVERY,
    EXAMPLES,
    ITEM,
    JOB,
    ORDER,
    PARCEL,
    RETURN,
    SHIPPED_ORDER,
    TRANSFER,
    WEBHOOK,
)
from shop.core.api.errors import CONTENT_TYPE
from shop.core.api.permissions import Scope
from shop.integrations.models import BulkJob, WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks.endpoints import create_endpoint
from tests.support.api import client_of
from tests.support.factories import ItemFactory, UserFactory, WarehouseFactory, given_stock
from tests.support.stories import hold, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.transfers import create_transfer, send_transfer
from warehouses.models import Transfer, WarehouseOrder

CHECKED_IN = Path(settings.BASE_DIR) / "docs/api/openapi.json"
COLLECTION = CHECKED_IN.parent / "shop.postman_collection.json"
METHODS = ("get", "post", "put", "patch", "delete")


def schema() -> dict:
    """Return the schema of the current code, after a round trip through JSON."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def operations(document: dict):
    """Yield (path, method, operation) of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def given_example_objects():
    """Create the objects of the examples; return a client with every scope."""
    ada = UserFactory(email="ada@example.com")
    item = ItemFactory(pk=ITEM["item_id"], sku="LAMP-7", name="Brass desk lamp", price="49.95")
    seattle = given_stock({item: 17}, WarehouseFactory(code="SEA1", name="Seattle 1"))
    given_client(ada)
    begin_numbers_at(BulkJob, JOB["job_id"])
    BulkJob.objects.create(owner=ada, kind=BulkJob.Kind.ITEMS, total=1)
    given_webhook(ada)
    begin_numbers_at(WarehouseOrder, PARCEL["warehouse_order_id"])
    placed, _ = order_and_assign(ada, {item: 2})
    Order.objects.filter(pk=placed.pk).update(number=ORDER["number"])
    given_return(ada, item)
    given_transfers(seattle, item)
    begin_numbers_at(Checkout, EXAMPLES["orders_create"].body["checkout"])
    hold(ada, {item: 1})
    return client_of(ada, *Scope.values)


def given_return(user, item) -> None:
    """Create a shipped parcel with a return, and a picked parcel."""
    begin_numbers_at(ReturnRequest, RETURN["return_id"])
    placed, [parcel] = order_and_assign(user, {item: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk, carrier="UPS", tracking="1Z9")
    Order.objects.filter(pk=placed.pk).update(number=SHIPPED_ORDER["number"])
    request_return(order_id=placed.pk, quantities={item.pk: 1})
    _, [picked] = order_and_assign(user, {item: 1})
    pick_warehouse_order(warehouse_order_id=picked.pk, assigned_to="Truck 7")


def given_transfers(origin, item) -> None:
    """Create the draft of a transfer, and a transfer that was sent, to a stocked warehouse."""
    begin_numbers_at(Transfer, TRANSFER["transfer_id"])
    portland = given_stock({item: 3}, WarehouseFactory(code="PDX1", name="Portland"))
    for _ in range(2):
        transfer = create_transfer(origin=origin, destination=portland, quantities={item.pk: 2})
    send_transfer(transfer_id=transfer.pk)


def given_client(user) -> None:
    OAuthClient.objects.create(
        client_id=CLIENT["client_id"],
        secret_digest=ApiToken.digest_of(CLIENT["client_secret"]),
        name="ERP",
        user=user,
        scopes=["shopper"],
    )


def given_webhook(user) -> None:
    """Create a webhook endpoint with one delivery."""
    begin_numbers_at(WebhookEndpoint, WEBHOOK["webhook_id"])
    begin_numbers_at(WebhookDelivery, DELIVERY["delivery_id"])
    endpoint = create_endpoint(
        user=user, scopes=["shopper"], url="http://127.0.0.1:9000/", events=["item.updated"]
    )
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        message_id="msg_1",
        type="item.updated",
        resource="item:1041",
        data={"item_id": 1041},
        status="delivered",
    )


def begin_numbers_at(model, first: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)",
            [model._meta.db_table, first],
        )


def called(client, path: str, method: str, operation: dict):
    """Make the call of an operation's example, in its media type; return the response."""
    example = EXAMPLES[operation["operationId"]]
    address = path.format(**example.path)
    if example.query:
        address += f"?{urlencode(example.query)}"
    [form] = operation.get("requestBody", {}).get("content", {"application/json": None})
    body = example.body or ""
    if form == "application/x-www-form-urlencoded":
        body = urlencode(body)
    elif not isinstance(body, str):
        body = json.dumps(body)
    return client.generic(method.upper(), address, body, form, headers=dict(example.headers))


def flaws_of(response, document: dict, operation: dict) -> list[str]:
    """Return the differences between a response and the schema."""
    described = operation["responses"].get(str(response.status_code))
    if described is None:
        return [f"{response.status_code} is not described"]
    media_type = response.headers.get("Content-Type", "").split(";")[0]
    content = described.get("content", {})
    if not content:
        return [] if not response.content else ["there is a body where none is described"]
    if media_type not in content:
        return [f"{media_type} is not described"]
    if media_type not in {"application/json", CONTENT_TYPE}:
        return []
    validator = Draft202012Validator({**document, **content[media_type]["schema"]})
    return [error.message for error in validator.iter_errors(response.json())]

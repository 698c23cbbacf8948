"""The examples of the schema, one call of each operation; a test makes every one of them.

They refer to objects that the test creates: item 1041, order 112-4567890-1234567 and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ITEM = {"item_id": 1041}
ORDER = {"number": "112-4567890-1234567"}
PARCEL = {"warehouse_order_id": 5001}
WAREHOUSE = {"code": "SEA1"}
SHIPPED_ORDER = {"number": "112-4567890-7654321"}
SHIPPED_PARCEL = {"warehouse_order_id": 5002}
PICKED_PARCEL = {"warehouse_order_id": 5003}
RETURN = {"return_id": 6101}
TRANSFER = {"transfer_id": 4001}
SENT_TRANSFER = {"transfer_id": 4002}
JOB = {"job_id": 9001}
WEBHOOK = {"webhook_id": 7001}
DELIVERY = {"delivery_id": 8001}
CLIENT = {
    "client_id": "client_0123456789abcdef01234567",
    "client_secret": "GIh8Rc0pQ5oCs0Jg6Lq3cJzYwT1v7n2bXkM4eHfUaDs",
}
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "410 Terry Ave N",
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98109",
    "country": "US",
}


@dataclass(frozen=True)
class Example:
    """A call: the values in its path, query and headers, its body, and the response's status."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200


EXAMPLES = {
    "items_search": Example(query={"q": "desk lamp", "in_stock": "true", "sort": "price"}),
    "items_create": Example(
        body={
            "sku": "RUG-120",
            "name": "Wool rug, 120 × 180 cm",
            "description": "Hand-woven.",
            "price": "89.00",
            "brand": "Nordic Home",
            "category": "Rugs",
        },
        status=201,
    ),
    "items_retrieve": Example(path=ITEM),
    "items_update": Example(
        path=ITEM,
        headers={"If-Match": "*"},
        body={"sku": "LAMP-7", "name": "Brass desk lamp, dimmable", "price": "52.00"},
    ),
    "items_partial_update": Example(path=ITEM, body={"price": "44.50"}),
    "suggest_retrieve": Example(query={"q": "desk la"}),
    "cart_retrieve": Example(),
    "cart_update": Example(
        headers={"If-Match": "*"}, body={"items": [{"item_id": 1041, "quantity": 3}]}
    ),
    "cart_items_update": Example(path=ITEM, body={"quantity": 2}),
    "cart_items_destroy": Example(path=ITEM),
    "checkout_create": Example(),
    "checkout_retrieve": Example(),
    "checkout_destroy": Example(status=204),
    "orders_create": Example(
        headers={"Idempotency-Key": "0c4b9f0e-4c0e-4d0a-9a54-6c1b0d7f2f11"},
        body={"checkout": 3001, "shipping_address": ADDRESS},
        status=201,
    ),
    "orders_list": Example(query={"limit": 10}),
    "orders_retrieve": Example(path=ORDER),
    "orders_cancel_create": Example(
        path=ORDER, body={"items": [{"item_id": 1041, "quantity": 1}], "reason": "One too many"}
    ),
    "orders_partial_update": Example(
        path=ORDER, body={"shipping_address": {**ADDRESS, "line1": "411 Terry Ave N"}}
    ),
    "orders_returns_list": Example(path=SHIPPED_ORDER),
    "orders_returns_create": Example(
        path=SHIPPED_ORDER,
        body={"items": [{"item_id": 1041, "quantity": 1}], "reason": "Too bright"},
        status=201,
    ),
    "returns_list": Example(query={"status": "requested"}),
    "returns_retrieve": Example(path=RETURN),
    "returns_receive_create": Example(
        path=RETURN,
        body={
            "warehouse": "SEA1",
            "items": [{"item_id": 1041, "quantity": 1, "condition": "sellable"}],
        },
    ),
    "returns_refuse_create": Example(path=RETURN, body={"reason": "It is worn"}),
    "warehouses_list": Example(),
    "warehouses_create": Example(
        body={
            "code": "NYC2",
            "name": "New York 2",
            "postal_code": "10001",
            "latitude": 40.75,
            "longitude": -73.99,
        },
        status=201,
    ),
    "warehouses_stock_list": Example(path=WAREHOUSE, query={"item": 1041}),
    "warehouses_receipts_create": Example(
        path=WAREHOUSE,
        body={"item_id": 1041, "quantity": 24, "reference": "ASN-2026-0042"},
        status=201,
    ),
    "warehouses_discards_create": Example(
        path=WAREHOUSE, body={"item_id": 1041, "quantity": 1, "reason": "broken"}, status=201
    ),
    "warehouses_counts_create": Example(
        path=WAREHOUSE, body={"item_id": 1041, "physical_stock": 9, "expected": 12}, status=201
    ),
    "warehouse_orders_list": Example(query={"warehouse": "SEA1", "status": "assigned"}),
    "warehouse_orders_retrieve": Example(path=PARCEL),
    "warehouse_orders_partial_update": Example(
        path=SHIPPED_PARCEL, body={"carrier": "UPS", "tracking": "1Z999AA10123456785"}
    ),
    "warehouse_orders_pick_create": Example(
        path=PARCEL,
        body={"assigned_to": "Truck 7", "found": [{"item_id": 1041, "quantity": 1}]},
    ),
    "warehouse_orders_unpick_create": Example(path=PICKED_PARCEL),
    "warehouse_orders_move_create": Example(
        path=PARCEL, body={"warehouse": "PDX1", "reason": "The line is down"}
    ),
    "warehouse_orders_ship_create": Example(
        path=PARCEL, body={"carrier": "UPS", "tracking": "1Z999AA10123456784"}
    ),
    "transfers_list": Example(query={"status": "sent", "to": "PDX1"}),
    "transfers_create": Example(
        body={
            "from": "SEA1",
            "to": "PDX1",
            "items": [{"item_id": 1041, "quantity": 2}],
            "reference": "TRUCK-42",
        },
        status=201,
    ),
    "transfers_retrieve": Example(path=TRANSFER),
    "transfers_send_create": Example(path=TRANSFER),
    "transfers_receive_create": Example(
        path=SENT_TRANSFER,
        body={
            "items": [{"item_id": 1041, "quantity": 1}],
            "is_complete": True,
            "reason": "One fell off the pallet",
        },
    ),
    "transfers_cancel_create": Example(path=TRANSFER),
    "assignments_preview_create": Example(
        body={
            "items": [{"item_id": 1041, "quantity": 2}],
            "postal_code": "98109",
            "country": "US",
        }
    ),
    "stock_retrieve": Example(path=ITEM),
    "items_bulk_create": Example(
        body='{"sku": "RUG-121", "name": "Wool rug, round", "price": "79.00"}\n', status=202
    ),
    "receipts_bulk_create": Example(
        body='{"warehouse": "SEA1", "sku": "LAMP-7", "quantity": 24, "reference": "ASN-43"}\n',
        status=202,
    ),
    "counts_bulk_create": Example(
        body='{"warehouse": "SEA1", "sku": "LAMP-7", "physical_stock": 9, "expected": 12}\n',
        status=202,
    ),
    "discards_bulk_create": Example(
        body='{"warehouse": "SEA1", "sku": "LAMP-7", "quantity": 1, "reason": "broken"}\n',
        status=202,
    ),
    "jobs_list": Example(),
    "jobs_retrieve": Example(path=JOB),
    "jobs_results_retrieve": Example(path=JOB),
    "jobs_cancel_create": Example(path=JOB),
    "exports_items_retrieve": Example(query={"since": "2026-01-01T00:00:00Z"}),
    "exports_orders_retrieve": Example(),
    "exports_movements_retrieve": Example(),
    "events_retrieve": Example(query={"type": "order.submitted", "limit": 10}),
    "webhooks_list": Example(),
    "webhooks_create": Example(
        body={
            "url": "http://127.0.0.1:9000/shop",
            "events": ["order.submitted", "shipment.shipped"],
            "description": "The ERP",
        },
        status=201,
    ),
    "webhooks_retrieve": Example(path=WEBHOOK),
    "webhooks_partial_update": Example(path=WEBHOOK, body={"events": ["stock.changed"]}),
    "webhooks_destroy": Example(path=WEBHOOK, status=204),
    "webhooks_rotate_secret_create": Example(path=WEBHOOK),
    "webhooks_test_create": Example(path=WEBHOOK, status=202),
    "webhooks_resume_create": Example(path=WEBHOOK),
    "webhooks_deliveries_list": Example(path=WEBHOOK, query={"status": "delivered"}),
    "webhooks_deliveries_replay_create": Example(path={**WEBHOOK, **DELIVERY}, status=202),
    "oauth_token_create": Example(
        body={"grant_type": "client_credentials", "scope": "shopper", **CLIENT},
    ),
    "oauth_revoke_create": Example(body={"token": "shop_0123456789", **CLIENT}),
}

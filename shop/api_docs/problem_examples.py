"""The examples of problems, one row a type: a call to try, and the fields of its response.

The call provokes the problem or resolves it. It is a shell command in which TOKEN is a
token and SHOP the shop's address. The fields are those beside the standard members.
"""

from dataclasses import dataclass, field
from typing import Any

REQUEST_ID = "5f0c1d3ab2e94c7f8f6f0a1b2c3d4e5f"


@dataclass(frozen=True)
class Example:
    """A call that provokes or resolves the problem, and the problem's own fields."""

    curl: str
    fields: dict[str, Any] = field(default_factory=dict)


def call(method: str, path: str, body: str = "", *headers: str) -> str:
    """Return a curl command with a line for each header."""
    all_headers = ["Authorization: Bearer $TOKEN", *headers]
    if body:
        all_headers.append("Content-Type: application/json")
    lines = [f"curl -X {method}", *(f'-H "{header}"' for header in all_headers)]
    if body:
        lines.append(f"-d '{body}'")
    return " \\\n     ".join([*lines, f'"$SHOP/api/v1{path}"'])


ADDRESS = """{"name": "Ada", "line1": "400 Broad St",
      "city": "Seattle", "region": "WA", "postal_code": "98109", "country": "US"}"""
ORDER = f'{{"checkout": 7, "shipping_address": {ADDRESS}}}'
CHECKOUT = call("POST", "/checkout/")
IN_CART = "/cart/items/12/"
COUNTS, RECEIPTS = "/warehouses/SEA1/counts/", "/warehouses/SEA1/receipts/"
OF_THE_LAMP = {"item_id": 12, "stock": 0}

EXAMPLES = {
    "malformed-json": Example(call("PUT", IN_CART, '{"quantity": 2')),
    "bad-request": Example('curl -H "Host: elsewhere.example" "$SHOP/api/v1/items/"'),
    "idempotency-key-missing": Example(
        call("POST", "/orders/", ORDER, "Idempotency-Key: $(uuidgen)")
    ),
    "invalid-idempotency-key": Example(
        call("POST", "/orders/", ORDER, "Idempotency-Key: $(uuidgen)")
    ),
    "not-authenticated": Example(call("GET", "/cart/")),
    "permission-denied": Example(call("GET", "/warehouses/")),
    "not-found": Example(call("GET", "/items/999999999/")),
    "no-held-checkout": Example(CHECKOUT),
    "method-not-allowed": Example(call("DELETE", "/items/")),
    "not-acceptable": Example(call("GET", "/items/", "", "Accept: application/json")),
    "precondition-failed": Example(
        call("PATCH", "/items/12/", '{"price": "44.00"}', 'If-Match: \\"65f1c0.2b9d\\"'),
        {"etag": '"9a3e7711c0de42aa.51c2f3b07d6e8840"'},
    ),
    "unsupported-media-type": Example(
        'curl -X PUT -H "Authorization: Bearer $TOKEN" -d "quantity=2" \\\n'
        '     "$SHOP/api/v1/cart/items/12/"'
    ),
    "validation-error": Example(
        call("PUT", IN_CART, '{"quantity": 0}'),
        {
            "errors": [
                {
                    "pointer": "#/quantity",
                    "detail": "Ensure this value is greater than or equal to 1.",
                }
            ]
        },
    ),
    "unknown-parameter": Example(
        call("GET", "/orders/?state=shipped&colour=red"), {"parameters": ["state", "colour"]}
    ),
    "idempotency-key-reused": Example(
        call("PUT", IN_CART, '{"quantity": 3}', "Idempotency-Key: $(uuidgen)")
    ),
    "precondition-required": Example(
        call("PUT", "/cart/", '{"items": [{"item_id": 12, "quantity": 2}]}', "If-Match: $ETAG")
    ),
    "too-many-holds": Example(call("GET", "/checkout/"), {"limit": 60}),
    "hold-budget-spent": Example(call("GET", "/checkout/"), {"limit": 1000}),
    "hold-too-large": Example(
        call("PUT", IN_CART, '{"quantity": 50}'), {"limit": 50, "wanted": 80}
    ),
    "new-account-limit": Example(
        call("PUT", IN_CART, '{"quantity": 2}'),
        {"items": [{"item_id": 12, "name": "Brass desk lamp", "wanted": 5, "allowed": 2}]},
    ),
    "throttled": Example('curl -i "$SHOP/api/v1/items/?q=lamp"'),
    "empty-cart": Example(call("PUT", IN_CART, '{"quantity": 1}')),
    "out-of-stock": Example(
        'curl "$SHOP/api/v1/items/12/"',
        {**OF_THE_LAMP, "lines": [{**OF_THE_LAMP, "problem": "out-of-stock"}]},
    ),
    "too-many-units": Example(
        call("PUT", IN_CART, '{"quantity": 100}'),
        {
            **{"item_id": 12, "wanted": 100, "limit": 99},
            "lines": [{"item_id": 12, "wanted": 100, "limit": 99, "problem": "too-many-units"}],
        },
    ),
    "cart-full": Example(call("DELETE", IN_CART), {"limit": 1000}),
    "insufficient-stock": Example(
        CHECKOUT,
        {"shortages": [{"item_id": 12, "name": "Brass desk lamp", "wanted": 3, "left": 1}]},
    ),
    "checkout-expired": Example(CHECKOUT),
    "order-already-shipped": Example(call("POST", "/orders/102-2203948-1187364/cancel/")),
    "order-already-picked": Example(
        call("PATCH", "/orders/102-2203948-1187364/", f'{{"shipping_address": {ADDRESS}}}')
    ),
    "not-that-many": Example(
        call(
            *("POST", "/orders/102-2203948-1187364/cancel/"),
            '{"items": [{"item_id": 12, "quantity": 5}]}',
        ),
        {"item_id": 12, "wanted": 5, "left": 2},
    ),
    "return-too-late": Example(
        call(
            *("POST", "/orders/102-2203948-1187364/returns/"),
            '{"items": [{"item_id": 12, "quantity": 1}]}',
        ),
        {"days": 30},
    ),
    "return-over": Example(
        call("POST", "/returns/61/refuse/", '{"reason": "Worn"}'), {"return_status": "received"}
    ),
    "order-cancelled": Example(call("POST", "/warehouse-orders/31/ship/", '{"tracking": "1Z"}')),
    "already-picked": Example(
        call("POST", "/warehouse-orders/31/pick/", '{"assigned_to": "Truck 8"}'),
        {"assigned_to": "Truck 7"},
    ),
    "already-shipped": Example(
        call("PATCH", "/warehouse-orders/31/", '{"carrier": "UPS", "tracking": "1Z2"}'),
        {"carrier": "UPS", "tracking": "1Z1"},
    ),
    "not-shipped-yet": Example(
        call("POST", "/warehouse-orders/31/ship/", '{"carrier": "UPS", "tracking": "1Z2"}')
    ),
    "warehouse-closed": Example(
        call("POST", "/warehouse-orders/31/move/", '{"warehouse": "SEA1", "reason": "Late"}'),
        {"warehouse": "SEA1"},
    ),
    "same-warehouse": Example(
        call("POST", "/warehouse-orders/31/move/", '{"warehouse": "SEA1", "reason": "Late"}')
    ),
    "transfer-over": Example(call("GET", "/transfers/51/"), {"transfer_status": "arrived"}),
    "reference-conflict": Example(
        call("POST", RECEIPTS, '{"item_id": 12, "quantity": 6, "reference": "DN-1"}'),
        {"received": 5},
    ),
    "too-much-stock": Example(
        call("POST", RECEIPTS, '{"item_id": 12, "quantity": 10000000, "reference": "DN-2"}'),
        {"wanted": 2000000000, "limit": 1000000000},
    ),
    "count-conflict": Example(
        call("POST", COUNTS, '{"item_id": 12, "physical_stock": 10, "expected": 3}'),
        {"expected": 3, "physical_stock": 5},
    ),
    "sku-exists": Example(
        call("POST", "/items/", '{"sku": "LAMP", "name": "Lamp", "price": "9.00"}'),
        {"sku": "LAMP"},
    ),
    "warehouse-exists": Example(
        call("POST", "/warehouses/", '{"code": "SEA1", "name": "Seattle", "postal_code": "98101"}'),
        {"code": "SEA1"},
    ),
    "too-many-webhooks": Example(call("DELETE", "/webhooks/4/"), {"limit": 16}),
    "cursor-expired": Example('curl -H "Authorization: Bearer $TOKEN" "$SHOP/api/v1/events/"'),
    "too-large": Example(
        "split -l 100000 items.ndjson part-\n"
        'curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/x-ndjson" \\\n'
        '     --data-binary @part-aa "$SHOP/api/v1/items/bulk/"',
        {"lines": 100_000, "bytes": 67_108_864},
    ),
    "too-many-jobs": Example(call("POST", "/jobs/5/cancel/"), {"limit": 20}),
    "too-many-kept-answers": Example(
        call("PUT", IN_CART, '{"quantity": 2}', "Idempotency-Key: $(uuidgen)"),
        {"limit": 100_000_000},
    ),
    "too-many-changes": Example(
        call("PATCH", "/orders/102-2203948-1187364/", f'{{"shipping_address": {ADDRESS}}}'),
        {"limit": 104},
    ),
    "too-many-streams": Example(
        'curl --retry 5 -H "Authorization: Bearer $TOKEN" "$SHOP/api/v1/exports/items/"'
    ),
    "job-over": Example(
        'curl -H "Authorization: Bearer $TOKEN" "$SHOP/api/v1/jobs/5/results/"',
        {"job_status": "done"},
    ),
    "idempotency-key-in-use": Example(
        call("POST", "/orders/", ORDER, "Idempotency-Key: the-same-as-before")
    ),
    "busy": Example(call("PUT", IN_CART, '{"quantity": 2}', "Idempotency-Key: the-same-as-before")),
    "unavailable": Example('curl "$SHOP/readyz"'),
    "internal-error": Example(
        call("POST", "/orders/", ORDER, "Idempotency-Key: the-same-as-before")
    ),
}

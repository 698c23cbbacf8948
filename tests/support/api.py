"""Speaking the REST API as an integrator does."""

import uuid

from rest_framework.test import APIClient

from shop.accounts.models import ApiToken
from tests.support.stories import ADDRESS
from warehouses.tasks import assign_submitted_orders

STAFF = ["catalog:write", "stock:write", "fulfilment:write", "orders:read"]


def client_of(user, *scopes) -> APIClient:
    client = APIClient()
    token = ApiToken.issue(user=user, scopes=list(scopes))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def hold(client, item, quantity=1) -> dict:
    client.put(f"/api/v1/cart/items/{item.pk}/", {"quantity": quantity})
    return client.post("/api/v1/checkout/").json()


def order(client, item, quantity=1, key=None):
    checkout = hold(client, item, quantity)
    return client.post(
        "/api/v1/orders/",
        {"checkout": checkout["id"], "shipping_address": ADDRESS},
        headers={"Idempotency-Key": key or uuid.uuid4().hex},
    )


def problem_of(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["type"].rsplit("/", 1)[-1]


def parcel_of(staff) -> str:
    """Have the one order assigned; the address of its one parcel."""
    assign_submitted_orders()
    [one] = staff.get("/api/v1/warehouse-orders/").json()["results"]
    return f"/api/v1/warehouse-orders/{one['id']}/"


def as_seen(tag: str) -> dict[str, str]:
    return {"If-Match": tag}

"""Calls of the REST API as an integrator makes them."""

import uuid

from rest_framework.test import APIClient

from shop.accounts.models import ApiToken
from tests.support.stories import ADDRESS
from warehouses.tasks import assign_submitted_orders

STAFF = ["catalog:write", "stock:write", "fulfilment:write", "orders:read"]


def client_of(user, *scopes) -> APIClient:
    """Return a client with a new token of the user, with these scopes."""
    client = APIClient()
    token = ApiToken.issue(user=user, scopes=list(scopes))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def hold(client, item, quantity=1) -> dict:
    """Put units in the cart and begin a checkout; return the checkout."""
    client.put(f"/api/v1/cart/items/{item.pk}/", {"quantity": quantity})
    return client.post("/api/v1/checkout/").json()


def order(client, item, quantity=1, key=None):
    """Hold and order units of an item; return the response."""
    checkout = hold(client, item, quantity)
    return client.post(
        "/api/v1/orders/",
        {"checkout": checkout["id"], "shipping_address": ADDRESS},
        headers={"Idempotency-Key": key or uuid.uuid4().hex},
    )


def problem_of(response) -> tuple[int, str]:
    """Return the status and the problem type of a refusal."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["type"].rsplit("/", 1)[-1]


def assign_the_order(staff) -> str:
    """Assign the one order; return the path of its one warehouse order."""
    assign_submitted_orders()
    [parcel] = staff.get("/api/v1/warehouse-orders/").json()["results"]
    return f"/api/v1/warehouse-orders/{parcel['id']}/"


def if_match(tag: str) -> dict[str, str]:
    """Return the If-Match header for a tag."""
    return {"If-Match": tag}

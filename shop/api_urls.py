"""Every route of the REST API, version 1."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from cart import api as cart
from catalog import api as catalog
from catalog import converters  # noqa: F401 -- makes <key:...> known
from orders import api as orders
from shop.api import exports
from shop.api.conditional import conditional
from shop.api.idempotency import answered_once
from shop.api.oauth import RevokeView, TokenView
from shop.api.sandbox import SandboxClockView
from shop.api.views import unknown_path
from shop.bulk import api as bulk
from shop.events.api import EventsView
from shop.webhooks import api as webhooks
from warehouses import api as warehouses
from warehouses.preview_api import AssignmentPreviewView

app_name = "api"

# The description of the API needs no token, and minds no bad one.
ANYBODY: dict[str, list] = {"permission_classes": [], "authentication_classes": []}

urlpatterns = [
    path("items/", answered_once(catalog.ItemsView).as_view(), name="items"),
    path("items/bulk/", answered_once(bulk.BulkItemsView).as_view(), name="bulk-items"),
    path("receipts/bulk/", answered_once(bulk.BulkReceiptsView).as_view(), name="bulk-receipts"),
    path("jobs/", bulk.JobsView.as_view(), name="jobs"),
    path("jobs/<key:job_id>/", conditional(bulk.JobView).as_view(), name="job"),
    path("jobs/<key:job_id>/results/", bulk.JobResultsView.as_view(), name="job-results"),
    path(
        "jobs/<key:job_id>/cancel/",
        answered_once(bulk.CancelJobView).as_view(),
        name="cancel-job",
    ),
    path(
        "items/<key:item_id>/",
        answered_once(conditional(catalog.ItemView, requires=("put",))).as_view(),
        name="item",
    ),
    path("suggest/", catalog.SuggestView.as_view(), name="suggest"),
    path(
        "cart/",
        answered_once(conditional(cart.CartView, requires=("put",))).as_view(),
        name="cart",
    ),
    path(
        "cart/items/<key:item_id>/",
        answered_once(conditional(cart.CartItemView, shows=cart.CartView)).as_view(),
        name="cart-item",
    ),
    path(
        "checkout/",
        answered_once(conditional(orders.CheckoutView, shows=cart.CartView)).as_view(),
        name="checkout",
    ),
    path("orders/", answered_once(orders.OrdersView, requires_key=True).as_view(), name="orders"),
    path("orders/<slug:number>/", conditional(orders.OrderView).as_view(), name="order"),
    path(
        "orders/<slug:number>/cancel/",
        answered_once(conditional(orders.CancelOrderView, shows=orders.OrderView)).as_view(),
        name="cancel-order",
    ),
    path("warehouses/", answered_once(warehouses.WarehousesView).as_view(), name="warehouses"),
    path(
        "warehouses/<slug:code>/stock/",
        conditional(warehouses.WarehouseStockView).as_view(),
        name="warehouse-stock",
    ),
    path(
        "warehouses/<slug:code>/receipts/",
        answered_once(warehouses.ReceiptsView).as_view(),
        name="receipts",
    ),
    path(
        "warehouses/<slug:code>/discards/",
        answered_once(warehouses.DiscardsView).as_view(),
        name="discards",
    ),
    path(
        "warehouses/<slug:code>/counts/",
        answered_once(warehouses.CountsView).as_view(),
        name="counts",
    ),
    path("warehouse-orders/", warehouses.WarehouseOrdersView.as_view(), name="warehouse-orders"),
    path(
        "warehouse-orders/<key:warehouse_order_id>/",
        conditional(warehouses.WarehouseOrderView).as_view(),
        name="warehouse-order",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/pick/",
        answered_once(
            conditional(warehouses.PickView, shows=warehouses.WarehouseOrderView)
        ).as_view(),
        name="pick",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/ship/",
        answered_once(
            conditional(warehouses.ShipView, shows=warehouses.WarehouseOrderView)
        ).as_view(),
        name="ship",
    ),
    path("assignments/preview/", AssignmentPreviewView.as_view(), name="preview-assignment"),
    path("stock/<key:item_id>/", conditional(warehouses.StockView).as_view(), name="stock"),
    path("oauth/token/", TokenView.as_view(), name="token"),
    path("oauth/revoke/", RevokeView.as_view(), name="revoke-token"),
    path("events/", EventsView.as_view(), name="events"),
    path("webhooks/", answered_once(webhooks.WebhooksView).as_view(), name="webhooks"),
    path(
        "webhooks/<key:webhook_id>/",
        answered_once(conditional(webhooks.WebhookView)).as_view(),
        name="webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/rotate-secret/",
        answered_once(webhooks.RotateSecretView).as_view(),
        name="rotate-webhook-secret",
    ),
    path(
        "webhooks/<key:webhook_id>/test/",
        answered_once(webhooks.TestView).as_view(),
        name="test-webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/resume/",
        answered_once(webhooks.ResumeView).as_view(),
        name="resume-webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/deliveries/",
        webhooks.DeliveriesView.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<key:webhook_id>/deliveries/<key:delivery_id>/replay/",
        answered_once(webhooks.ReplayView).as_view(),
        name="replay-webhook-delivery",
    ),
    path("exports/items/", exports.ItemsExportView.as_view(), name="export-items"),
    path("exports/orders/", exports.OrdersExportView.as_view(), name="export-orders"),
    path("exports/movements/", exports.MovementsExportView.as_view(), name="export-movements"),
    path("schema/", SpectacularJSONAPIView.as_view(**ANYBODY), name="schema"),
    path(
        "docs/",
        csp_update({"style-src": [SELF, UNSAFE_INLINE]})(  # Swagger UI writes its own styles
            SpectacularSwaggerSplitView.as_view(
                url_name="api:schema", http_method_names=["get", "head"], **ANYBODY
            )
        ),
        name="docs",
    ),
    re_path(r"", unknown_path),
]
if settings.DEMO:
    clock = path("sandbox/clock/", SandboxClockView.as_view(), name="sandbox-clock")
    urlpatterns.insert(0, clock)

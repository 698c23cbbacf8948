"""The URL configuration of the REST API, version 1."""

from django.conf import settings
from django.urls import path, re_path

from cart.api import views as cart
from catalog.api import views as catalog
from orders.api import returns
from orders.api import views as orders
from shop.accounts.api.oauth import RevokeView, TokenView
from shop.api_docs.views import DocsView, SchemaView, unknown_path
from shop.core.http import converters  # noqa: F401 -- registers <key:...>
from shop.demo.sandbox_api import SandboxClockView
from shop.integrations import exports
from shop.integrations.bulk import api as bulk
from shop.integrations.events.api import EventsView
from shop.integrations.webhooks import api as webhooks
from warehouses.api import assignments, transfers, warehouse_orders, warehouses
from warehouses.api.returns import ReceiveReturnView

app_name = "api"

urlpatterns = [
    path("items/", catalog.ItemsView.as_view(), name="items"),
    path("items/bulk/", bulk.BulkItemsView.as_view(), name="bulk-items"),
    path("receipts/bulk/", bulk.BulkReceiptsView.as_view(), name="bulk-receipts"),
    path("counts/bulk/", bulk.BulkCountsView.as_view(), name="bulk-counts"),
    path("discards/bulk/", bulk.BulkDiscardsView.as_view(), name="bulk-discards"),
    path("jobs/", bulk.JobsView.as_view(), name="jobs"),
    path("jobs/<key:job_id>/", bulk.JobView.as_view(), name="job"),
    path("jobs/<key:job_id>/results/", bulk.JobResultsView.as_view(), name="job-results"),
    path(
        "jobs/<key:job_id>/cancel/",
        bulk.CancelJobView.as_view(),
        name="cancel-job",
    ),
    path(
        "items/<key:item_id>/",
        catalog.ItemView.as_view(),
        name="item",
    ),
    path("suggest/", catalog.SuggestView.as_view(), name="suggest"),
    path(
        "cart/",
        cart.CartView.as_view(),
        name="cart",
    ),
    path(
        "cart/items/<key:item_id>/",
        cart.CartItemView.as_view(),
        name="cart-item",
    ),
    path(
        "checkout/",
        orders.CheckoutView.as_view(),
        name="checkout",
    ),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<slug:number>/", orders.OrderView.as_view(), name="order"),
    path(
        "orders/<slug:number>/cancel/",
        orders.CancelOrderView.as_view(),
        name="cancel-order",
    ),
    path(
        "orders/<slug:number>/returns/",
        returns.OrderReturnsView.as_view(),
        name="order-returns",
    ),
    path("returns/", returns.ReturnsView.as_view(), name="returns"),
    path("returns/<key:return_id>/", returns.ReturnView.as_view(), name="return"),
    path(
        "returns/<key:return_id>/receive/",
        ReceiveReturnView.as_view(),
        name="receive-return",
    ),
    path(
        "returns/<key:return_id>/refuse/",
        returns.RefuseReturnView.as_view(),
        name="refuse-return",
    ),
    path("warehouses/", warehouses.WarehousesView.as_view(), name="warehouses"),
    path(
        "warehouses/<slug:code>/stock/",
        warehouses.WarehouseStockView.as_view(),
        name="warehouse-stock",
    ),
    path(
        "warehouses/<slug:code>/receipts/",
        warehouses.ReceiptsView.as_view(),
        name="receipts",
    ),
    path(
        "warehouses/<slug:code>/discards/",
        warehouses.DiscardsView.as_view(),
        name="discards",
    ),
    path(
        "warehouses/<slug:code>/counts/",
        warehouses.CountsView.as_view(),
        name="counts",
    ),
    path(
        "warehouse-orders/", warehouse_orders.WarehouseOrdersView.as_view(), name="warehouse-orders"
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/",
        warehouse_orders.WarehouseOrderView.as_view(),
        name="warehouse-order",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/pick/",
        warehouse_orders.PickView.as_view(),
        name="pick",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/unpick/",
        warehouse_orders.UnpickView.as_view(),
        name="unpick",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/move/",
        warehouse_orders.MoveView.as_view(),
        name="move",
    ),
    path(
        "warehouse-orders/<key:warehouse_order_id>/ship/",
        warehouse_orders.ShipView.as_view(),
        name="ship",
    ),
    path("transfers/", transfers.TransfersView.as_view(), name="transfers"),
    path("transfers/<key:transfer_id>/", transfers.TransferView.as_view(), name="transfer"),
    path(
        "transfers/<key:transfer_id>/send/",
        transfers.SendTransferView.as_view(),
        name="send-transfer",
    ),
    path(
        "transfers/<key:transfer_id>/receive/",
        transfers.ReceiveTransferView.as_view(),
        name="receive-transfer",
    ),
    path(
        "transfers/<key:transfer_id>/cancel/",
        transfers.CancelTransferView.as_view(),
        name="cancel-transfer",
    ),
    path(
        "assignments/preview/",
        assignments.AssignmentPreviewView.as_view(),
        name="preview-assignment",
    ),
    path("stock/<key:item_id>/", warehouses.StockView.as_view(), name="stock"),
    path("oauth/token/", TokenView.as_view(), name="token"),
    path("oauth/revoke/", RevokeView.as_view(), name="revoke-token"),
    path("events/", EventsView.as_view(), name="events"),
    path("webhooks/", webhooks.WebhooksView.as_view(), name="webhooks"),
    path(
        "webhooks/<key:webhook_id>/",
        webhooks.WebhookView.as_view(),
        name="webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/rotate-secret/",
        webhooks.RotateSecretView.as_view(),
        name="rotate-webhook-secret",
    ),
    path(
        "webhooks/<key:webhook_id>/test/",
        webhooks.TestView.as_view(),
        name="test-webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/resume/",
        webhooks.ResumeView.as_view(),
        name="resume-webhook",
    ),
    path(
        "webhooks/<key:webhook_id>/deliveries/",
        webhooks.DeliveriesView.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<key:webhook_id>/deliveries/<key:delivery_id>/replay/",
        webhooks.ReplayView.as_view(),
        name="replay-webhook-delivery",
    ),
    path("exports/items/", exports.ItemsExportView.as_view(), name="export-items"),
    path("exports/orders/", exports.OrdersExportView.as_view(), name="export-orders"),
    path("exports/movements/", exports.MovementsExportView.as_view(), name="export-movements"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"", unknown_path),
]
if settings.DEMO:
    clock = path("sandbox/clock/", SandboxClockView.as_view(), name="sandbox-clock")
    urlpatterns.insert(0, clock)

"""The metrics for Prometheus, read from the database with each scrape.

The processes keep no counters, so any of them can serve a scrape.
"""

from collections.abc import Iterator

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from orders.models import Checkout, CheckoutItem, Order, OrderNotification
from shop.core.http.operators import is_operator
from shop.integrations.models import WebhookEndpoint
from shop.integrations.webhooks.metrics import oldest_undelivered
from warehouses.fulfilment.backlog import longest_wait
from warehouses.models import Shortfall
from warehouses.stock.audit import BREACHES_CACHE_KEY


class ShopCollector(Collector):
    """A collector of gauges of holds, orders, shortfalls, mails and webhooks."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges, read from the database now."""
        yield from _stock_gauges()
        yield from _order_gauges()
        yield from _webhook_gauges()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the gauges in the text format of Prometheus, for the operator only."""
    if not is_operator(request):
        raise PermissionDenied
    registry = CollectorRegistry()
    registry.register(ShopCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _stock_gauges() -> Iterator[Metric]:
    """Yield the breaches at the last audit, NaN before the first, and the holds."""
    yield _gauge(
        "shop_conservation_breaches",
        "Items with a conservation breach at the last audit",
        cache.get(BREACHES_CACHE_KEY, float("nan")),
    )
    yield _gauge("shop_holds", "Checkouts held", Checkout.objects.held().count())
    yield _gauge("shop_holds_overdue", "Held past their time", Checkout.objects.overdue().count())
    yield _held_units()


def _held_units() -> GaugeMetricFamily:
    """Return the held units, of new and of known customers."""
    is_new = Q(checkout__customer__newcomer__isnull=False)
    held = CheckoutItem.objects.filter(checkout__status=Checkout.Status.HELD)
    units = held.aggregate(
        new=Coalesce(Sum("quantity", filter=is_new), 0),
        known=Coalesce(Sum("quantity", filter=~is_new), 0),
    )
    gauge = GaugeMetricFamily("shop_held_units", "Units held by customers", labels=["customers"])
    for customers, quantity in units.items():
        gauge.add_metric([customers], quantity)
    return gauge


def _order_gauges() -> Iterator[Metric]:
    """Yield the orders, shortfalls and mails that wait."""
    yield _gauge(
        "shop_orders_awaiting_assignment",
        "Orders with units that no warehouse ships yet",
        Order.objects.filter(awaits_assignment=True).count(),
    )
    yield _gauge(
        "shop_longest_wait_seconds",
        "Age of the oldest of them that no warehouse could take",
        longest_wait(),
    )
    yield _gauge(
        "shop_shortfalls_open",
        "Shortfalls not resolved yet",
        Shortfall.objects.filter(resolved_at=None).count(),
    )
    yield _gauge(
        "shop_notices_unsent",
        "Mails about orders that are not sent yet",
        OrderNotification.objects.filter(sent_at=None).count(),
    )


def _webhook_gauges() -> Iterator[Metric]:
    """Yield the delay and the pauses of webhooks."""
    yield _gauge(
        "shop_webhook_oldest_undelivered_seconds",
        "Age of the oldest event not delivered yet to an active webhook endpoint",
        oldest_undelivered(),
    )
    yield _gauge(
        "shop_webhooks_paused",
        "Webhook endpoints without deliveries until they are resumed",
        WebhookEndpoint.objects.not_deleted().exclude(status=WebhookEndpoint.Status.ACTIVE).count(),
    )


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value)

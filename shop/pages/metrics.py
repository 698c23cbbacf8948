"""What Prometheus is told: how the shop's promises stand, read when it asks.

No counters are kept in the processes, so it does not matter which of them answers.
"""

from collections.abc import Iterator

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from orders.models import Checkout, Order, OrderNotification
from shop.integrations.models import WebhookEndpoint
from shop.integrations.webhooks.backlog import oldest_undelivered
from warehouses.fulfilment.backlog import longest_wait
from warehouses.models import Shortfall
from warehouses.stock.audit import BREACHES


class Promises(Collector):
    def collect(self) -> Iterator[Metric]:
        found = cache.get(BREACHES)
        breaches = float("nan") if found is None else found
        yield _gauge("shop_conservation_breaches", "Items that broke the law, last audit", breaches)
        yield _gauge("shop_holds", "Checkouts held", Checkout.objects.held().count())
        yield _gauge(
            "shop_holds_overdue", "Held past their time", Checkout.objects.overdue().count()
        )
        yield _gauge(
            "shop_orders_awaiting_assignment",
            "Orders with units that no warehouse ships yet",
            Order.objects.filter(awaits_assignment=True).count(),
        )
        yield _gauge(
            "shop_longest_wait_seconds",
            "Since when the oldest of them waits that no warehouse could take",
            longest_wait(),
        )
        yield _gauge(
            "shop_shortfalls_open",
            "Shortfalls not resolved yet",
            Shortfall.objects.filter(resolved_at=None).count(),
        )
        yield _gauge(
            "shop_notices_unsent",
            "Mails that customers have not got yet",
            OrderNotification.objects.filter(sent_at=None).count(),
        )
        yield _gauge(
            "shop_webhook_oldest_undelivered_seconds",
            "Age of the oldest event that an active webhook endpoint has not got yet",
            oldest_undelivered(),
        )
        yield _gauge(
            "shop_webhooks_paused",
            "Webhook endpoints that are sent nothing until somebody resumes them",
            WebhookEndpoint.objects.kept().exclude(status=WebhookEndpoint.Status.ACTIVE).count(),
        )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry()
    registry.register(Promises())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value)

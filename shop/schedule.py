"""The beat schedule: the interval of each sweep."""

from typing import Any

from celery.schedules import crontab


def _every(seconds: float, task: str) -> dict[str, Any]:
    """Return a sweep whose message expires when the next one is due."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


BEAT_SCHEDULE = {
    "release-expired-checkouts": _every(5, "orders.tasks.release_expired_checkouts"),
    "audit-stock": _every(300, "warehouses.tasks.audit_stock"),
    "delete-old-rows": _every(3600, "shop.retention.delete_old_rows"),
    "update-sales-statistics": {
        "task": "orders.tasks.update_sales_statistics",
        "schedule": crontab(hour=3, minute=20),
    },
    "send-back-in-stock-mails": _every(30, "catalog.tasks.send_back_in_stock_mails"),
    # A customer is waiting for the link in it.
    "send-outgoing-mail": _every(2, "shop.core.tasks.send_outgoing_mail"),
    "fan-out-events": _every(1, "shop.integrations.tasks.fan_out_events"),
    "send-webhooks": _every(1, "shop.integrations.tasks.send_webhooks"),
    # A run takes about a second, so bulk jobs occupy one worker process at most.
    "run-bulk-jobs": _every(1, "shop.integrations.tasks.run_bulk_jobs"),
    "send-order-notifications": _every(10, "orders.tasks.send_notifications"),
    "resolve-shortfalls": _every(10, "warehouses.tasks.resolve_shortfalls"),
    "make-sizes-of-pictures": _every(10, "catalog.tasks.make_sizes"),
    "remove-unused-pictures": _every(3600, "catalog.tasks.remove_unused_pictures"),
    "reoptimize-orders": _every(300, "warehouses.tasks.reoptimize_orders"),
    "refresh-bid-prices": _every(1800, "warehouses.tasks.refresh_bid_prices"),
    # A sweep and not a message from each order, so that an order needs no broker.
    "assign-submitted-orders": _every(1, "warehouses.tasks.assign_submitted_orders"),
}

"""The logging of one deployment: lines on stderr, and the security log as JSON."""

from typing import Any


def logging_settings(*, level: str, has_requests: bool) -> dict[str, Any]:
    """Return Django's LOGGING; `has_requests` adds a line for each request."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "shop.core.http.request_ids.AddRequestId"},
            "no_traceback": {"()": "shop.core.http.log_lines.LeaveOutTraceback"},
        },
        "formatters": {
            "line": {
                "()": "shop.core.http.log_lines.LineFormatter",
                "format": "%(levelname)s %(name)s [%(request_id)s]: %(message)s",
            },
            "json": {"format": "%(message)s"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request_id"],
            },
            "refused": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request_id", "no_traceback"],
            },
            "security": {"class": "logging.StreamHandler", "formatter": "json"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # A wrong Host or path is a line without a traceback, since anybody can send one.
            "django.security": {"handlers": ["refused"], "propagate": False},
            # One JSON object a line (shop.core.security_log), which a SIEM collects from stderr.
            "shop.security": {"handlers": ["security"], "level": "INFO", "propagate": False},
            # A line for each request costs time, and nginx can write the same log at less cost.
            "shop.core.http.request_ids": {"level": "INFO" if has_requests else "WARNING"},
        },
    }

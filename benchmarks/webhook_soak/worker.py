"""A process that repeats the worker's tasks of webhooks until it is killed.

Three days of backoff take four minutes here, and the lease of a killed worker three seconds.
"""

import os
import time
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from shop.integrations.webhooks.fan_out import fan_out_events
    from shop.integrations.webhooks.outcomes import Timing
    from shop.integrations.webhooks.sender import send_due, sender_slot

    scale = float(os.environ.get("SCALE", "0.001"))  # of the backoff of three days
    timing = Timing(scale=scale, lease=timedelta(seconds=3))
    while True:
        fan_out_events()
        with sender_slot() as has_slot:
            if has_slot:
                send_due(timing=timing, seconds=1)
        time.sleep(0.05)


if __name__ == "__main__":
    main()

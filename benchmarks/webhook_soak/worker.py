"""A process that does what beat asks a worker for, over and over, until it is killed.

Three days of back-off take four minutes here, and a dead worker's lease three seconds.
"""

import os
import time
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from shop.integrations.webhooks.fan_out import follow_events
    from shop.integrations.webhooks.outcomes import Timing
    from shop.integrations.webhooks.sender import send_due, sender_slot

    scale = float(os.environ.get("SCALE", "0.001"))  # of the back-off over three days
    timing = Timing(scale=scale, lease=timedelta(seconds=3))
    while True:
        follow_events()
        with sender_slot() as has_place:
            if has_place:
                send_due(timing=timing, seconds=1)
        time.sleep(0.05)


if __name__ == "__main__":
    main()

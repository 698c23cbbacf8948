#!/usr/bin/env python
"""The command line of the shop: `manage.py help` lists the commands."""

import os
import sys

from shop.embedded.environment import environment_for
from shop.embedded.exceptions import CannotRun


def main() -> None:
    """Run a command, with servers of its own if it needs them and none are configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    try:
        with environment_for(sys.argv[1:]):
            run_command()
    except CannotRun as reason:
        sys.exit(str(reason))


def run_command() -> None:
    """Run the command with Django, which reads the environment when it is imported.

    Raises CannotRun.
    """
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        raise CannotRun(str(reason)) from reason


if __name__ == "__main__":
    main()

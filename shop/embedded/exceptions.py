"""Why something cannot run, each in one sentence that a person can act on."""


class CannotRun(Exception):
    """What is wrong and what to do about it; manage.py prints it and exits with 1."""


class StopAsked(Exception):
    """Someone pressed Ctrl-C or sent SIGTERM while something was being waited for."""

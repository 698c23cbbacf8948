"""The versions of Python whose own parsers are bounded (CVE-2024-7592: cookies)."""

import sys

# The first patched release of each version that once had the flaw.
PATCHED = {(3, 11): (3, 11, 10), (3, 12): (3, 12, 6)}


def describe_old_python(version: tuple[int, int, int] = sys.version_info[:3]) -> str:
    """Return one sentence that asks for a newer Python, or an empty text for a patched one.

    It is no refusal: the shop's bounds (shop/core/http/request_bounds.py) keep the known
    flaws from costing much.
    """
    patched = PATCHED.get(version[:2], version)
    if version >= patched:
        return ""
    is_now, is_safe = ".".join(map(str, version)), ".".join(map(str, patched))
    return f"Python {is_now} has known security flaws: use {is_safe} or newer."

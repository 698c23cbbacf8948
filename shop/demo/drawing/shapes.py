"""The few SVG shapes a motif is put together from.

The canvas is 400 by 400, a motif keeps to its middle 240 and stands on the ground at y = 312.
A colour is the name of a role ("main", "ink"), which colours.py fills in.
"""


def sketch(*shapes: str) -> str:
    return "".join(shapes)


# Positional throughout: a motif is read like a table of numbers.
def rect(  # noqa: PLR0917
    x: int, y: int, width: int, height: int, colour: str, r: int = 0
) -> str:
    corner = f' rx="{r}"' if r else ""
    size = f'width="{width}" height="{height}"'
    return f'<rect x="{x}" y="{y}" {size}{corner} fill="${colour}"/>'


def disc(x: int, y: int, r: int, colour: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="${colour}"/>'


def oval(x: int, y: int, rx: int, ry: int, colour: str) -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="${colour}"/>'


def ring(x: int, y: int, r: int, colour: str, width: int = 10) -> str:
    stroke = f'stroke="${colour}" stroke-width="{width}"'
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" {stroke}/>'


def path(d: str, colour: str) -> str:
    return f'<path d="{d}" fill="${colour}"/>'


def line(d: str, colour: str, width: int = 8) -> str:
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{d}" fill="none" stroke="${colour}" stroke-width="{width}" {ends}/>'


def ground(reach: int = 100) -> str:
    """Return the shadow a standing thing throws."""
    return f'<ellipse cx="200" cy="314" rx="{reach}" ry="9" fill="$ink" opacity=".14"/>'


def turned(degrees: int, *shapes: str) -> str:
    return f'<g transform="rotate({degrees} 200 200)">{sketch(*shapes)}</g>'


def moved(x: int, y: int, *shapes: str, scale: float = 1) -> str:
    zoom = "" if scale == 1 else f" scale({scale})"
    return f'<g transform="translate({x} {y}){zoom}">{sketch(*shapes)}</g>'


def on_both_sides(*shapes: str) -> str:
    """Return the shapes and their mirror image, about the canvas's vertical middle."""
    return sketch(*shapes) + f'<g transform="matrix(-1 0 0 1 400 0)">{sketch(*shapes)}</g>'

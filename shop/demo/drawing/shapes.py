"""SVG shapes that motifs consist of.

The canvas is 400 by 400, a motif keeps to its middle 240 and stands on the ground at y = 312.
A colour is the name of a role ("main", "ink"), which colours.py fills in.
"""


def sketch(*shapes: str) -> str:
    """Return the shapes, drawn one over the other."""
    return "".join(shapes)


# Positional arguments throughout, because a motif reads like a table of numbers.
def rect(  # noqa: PLR0917
    x: int, y: int, width: int, height: int, colour: str, r: int = 0
) -> str:
    """Return a filled rectangle from (x, y), with corners of radius r."""
    corner = f' rx="{r}"' if r else ""
    size = f'width="{width}" height="{height}"'
    return f'<rect x="{x}" y="{y}" {size}{corner} fill="${colour}"/>'


def disc(x: int, y: int, r: int, colour: str) -> str:
    """Return a filled circle around (x, y)."""
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="${colour}"/>'


def oval(x: int, y: int, rx: int, ry: int, colour: str) -> str:
    """Return a filled ellipse around (x, y)."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="${colour}"/>'


def ring(x: int, y: int, r: int, colour: str, width: int = 10) -> str:
    """Return the outline of a circle around (x, y)."""
    stroke = f'stroke="${colour}" stroke-width="{width}"'
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" {stroke}/>'


def path(d: str, colour: str) -> str:
    """Return a filled path; `d` is its SVG path data."""
    return f'<path d="{d}" fill="${colour}"/>'


def line(d: str, colour: str, width: int = 8) -> str:
    """Return a stroked path with round ends; `d` is its SVG path data."""
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{d}" fill="none" stroke="${colour}" stroke-width="{width}" {ends}/>'


def ground(reach: int = 100) -> str:
    """Return the shadow of a standing object."""
    return f'<ellipse cx="200" cy="314" rx="{reach}" ry="9" fill="$ink" opacity=".14"/>'


def turned(degrees: int, *shapes: str) -> str:
    """Return the shapes, rotated clockwise about the canvas's centre."""
    return f'<g transform="rotate({degrees} 200 200)">{sketch(*shapes)}</g>'


def moved(x: int, y: int, *shapes: str, scale: float = 1) -> str:
    """Return the shapes, scaled and then moved by (x, y)."""
    zoom = "" if scale == 1 else f" scale({scale})"
    return f'<g transform="translate({x} {y}){zoom}">{sketch(*shapes)}</g>'


def on_both_sides(*shapes: str) -> str:
    """Return the shapes and their mirror image about the canvas's vertical axis."""
    return sketch(*shapes) + f'<g transform="matrix(-1 0 0 1 400 0)">{sketch(*shapes)}</g>'

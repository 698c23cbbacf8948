"""Pictures of the demo products, drawn from their names: a flat pictogram on a soft tint."""

from html import escape
from string import Template

from shop.demo.drawing.colours import choose_colours
from shop.demo.drawing.motifs import choose_motif

PICTURE = Template(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400"'
    ' role="img"><title>$title</title>'
    '<rect width="400" height="400" fill="$tint"/><circle cx="200" cy="200" r="156" fill="$halo"/>'
    "$motif</svg>\n"
)


def draw_picture(*, sku: str, name: str, category: str) -> str:
    """Return a self-contained SVG; the same sku, name and category always give the same one."""
    colours = choose_colours(sku=sku, name=name)
    motif = Template(choose_motif(name=name, category=category)).substitute(colours)
    return PICTURE.substitute(colours, title=escape(name), motif=motif)

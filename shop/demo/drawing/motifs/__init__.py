"""Motifs by department: a product gets the first one whose words are in its name."""

import re

from shop.demo.drawing.motifs.household import (
    baby,
    garden,
    grocery,
    home,
    kitchen,
    lighting,
    pets,
    tools,
)
from shop.demo.drawing.motifs.leisure import (
    beauty,
    books,
    clothing,
    computers,
    electronics,
    instruments,
    office,
    sports,
    toys,
)
from shop.demo.drawing.shapes import ground, path, rect, sketch

# Each department maps alternatives of words, as a regular expression, to a motif. The order
# matters ("crib mattress" before "crib"), and the empty key at the end is its default.
DEPARTMENTS = {
    "Kitchen & Dining": kitchen.MOTIFS,
    "Electronics": electronics.MOTIFS,
    "Computers": computers.MOTIFS,
    "Home & Furniture": home.MOTIFS,
    "Lighting": lighting.MOTIFS,
    "Books": books.MOTIFS,
    "Toys & Games": toys.MOTIFS,
    "Garden": garden.MOTIFS,
    "Clothing": clothing.MOTIFS,
    "Sports & Outdoors": sports.MOTIFS,
    "Pet Supplies": pets.MOTIFS,
    "Office": office.MOTIFS,
    "Tools & DIY": tools.MOTIFS,
    "Grocery": grocery.MOTIFS,
    "Beauty": beauty.MOTIFS,
    "Baby": baby.MOTIFS,
    "Musical Instruments": instruments.MOTIFS,
}

PARCEL = sketch(
    ground(110),
    rect(100, 150, 200, 162, "wood", 6),
    path("M100 156 L124 112 H276 L300 156 Z", "bark"),
    rect(180, 112, 40, 90, "paper"),
)


def choose_motif(*, name: str, category: str) -> str:
    """Return the motif of a product's name in its department, a parcel by default."""
    for words, motif in DEPARTMENTS.get(category, {}).items():
        if re.search(rf"\b(?:{words})(?:e?s)?\b", name, re.IGNORECASE) or not words:
            return motif
    return PARCEL

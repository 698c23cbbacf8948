"""Colours of a picture: a palette chosen by sku, and the colour that the name mentions."""

import re
from collections.abc import Iterable
from zlib import crc32

# A motif names its colours by role. These are the same in every picture …
MATERIALS = {
    "ink": "#36424e",
    "paper": "#fffaf2",
    "white": "#ffffff",
    "wood": "#cf9b68",
    "bark": "#9c6b43",
    "steel": "#d3dade",
    "iron": "#8b97a2",
    "glass": "#bfdde4",
    "water": "#86bfd3",
    "leaf": "#6fa374",
    "gold": "#e3b44f",
    "glow": "#ffe9a8",
    "red": "#d65b50",
    "orange": "#e28a45",
    "brown": "#6e4a34",
    "navy": "#3f5f92",
}

# … and these come from the palette: background, halo behind the motif, main colour, accent.
PALETTES = (
    ("#e8f1f6", "#d2e4ee", "#4581b0", "#f0a45b"),
    ("#ecf3e8", "#d8e7d1", "#5d9069", "#e8b14a"),
    ("#faece7", "#f4d9d0", "#d46a5c", "#41838f"),
    ("#f8f1e3", "#eee0c5", "#dc9440", "#437396"),
    ("#f0ecf7", "#dfd7ee", "#7c6ab0", "#ee9b7a"),
    ("#e5f4f0", "#cbe7df", "#349487", "#f0a45b"),
    ("#ebeff3", "#d6dee6", "#56708a", "#e27d5f"),
    ("#f9eaf0", "#f1d4df", "#bd5c85", "#e6b452"),
)

NAMED_COLOURS = {
    "black": "#454d56",
    "charcoal": "#545d67",
    "slate": "#64748a",
    "gray": "#929ca6",
    "white": "#fbf8f2",
    "cream|ecru|undyed|oat|oatmeal": "#efe0c4",
    "sand|straw": "#dcc493",
    "midnight|navy": "#34496e",
    "indigo": "#46548f",
    "blue": "#5a8fc4",
    "teal": "#2f8d8d",
    "olive|moss|green": "#6d8f5a",
    "sage|celadon|sea glass|mint": "#9ec7b1",
    "lime": "#a5c645",
    "yellow|mustard|ochre": "#dfac38",
    "orange": "#e58a3c",
    "terracotta|rust": "#c26d48",
    "red|poppy": "#cf5148",
    "pink": "#dd8fa2",
    "lavender": "#a695cc",
    "chestnut": "#8a5436",
}


def choose_colours(*, sku: str, name: str) -> dict[str, str]:
    """Return the colours by role, the same for the same sku and name.

    A colour in the name becomes the main colour, on a palette that contrasts with it.
    """
    named = _named_colour(name)
    palettes = [palette for palette in PALETTES if not (named and _are_close(named, palette[1]))]
    # crc32 and not hash(), which Python salts anew in every process.
    tint, halo, main, accent = palettes[crc32(sku.encode()) % len(palettes)]
    main = named or main
    shades = {"deep": _mix(main, MATERIALS["ink"], 0.3), "soft": _mix(main, "#ffffff", 0.45)}
    return MATERIALS | shades | {"tint": tint, "halo": halo, "main": main, "accent": accent}


def _named_colour(name: str) -> str | None:
    for words, colour in NAMED_COLOURS.items():
        if re.search(rf"\b(?:{words})\b", name, re.IGNORECASE):
            return colour
    return None


def _are_close(colour: str, other: str) -> bool:
    """Return whether a motif of one colour is hard to see on the other."""
    return sum(abs(a - b) for a, b in _channels(colour, other)) < 75


def _mix(colour: str, other: str, share_of_other: float) -> str:
    channels = _channels(colour, other)
    return "#" + bytes(round(a + (b - a) * share_of_other) for a, b in channels).hex()


def _channels(colour: str, other: str) -> Iterable[tuple[int, int]]:
    return zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)

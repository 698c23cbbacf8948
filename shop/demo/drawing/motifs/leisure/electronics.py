"""Motifs of electronics."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    on_both_sides,
    oval,
    path,
    rect,
    ring,
    sketch,
)


def _television(frame: str, picture: str, hills: str) -> str:
    return sketch(
        ground(110),
        on_both_sides(line("M134 272 L116 308", frame, 11)),
        rect(60, 92, 280, 184, frame, 12),
        rect(72, 104, 256, 156, picture, 5),
        path("M72 232 L142 164 L198 222 L246 180 L328 246 V260 H72 Z", hills),
        disc(270, 146, 22, "glow"),
    )


_KITCHEN_TELEVISION = sketch(
    rect(100, 76, 200, 16, "wood", 4),
    line("M200 92 V130", "iron", 14),
    rect(82, 124, 236, 160, "ink", 12),
    rect(94, 136, 212, 130, "main", 5),
    path("M94 240 L150 188 L196 230 L236 200 L306 254 V266 H94 Z", "deep"),
    disc(258, 172, 18, "glow"),
)
_SOUNDBAR = sketch(
    ground(130),
    rect(224, 136, 100, 176, "main", 10),
    disc(274, 236, 36, "ink"),
    disc(274, 236, 16, "iron"),
    rect(56, 244, 252, 56, "ink", 22),
    *(disc(x, 272, 5, "iron") for x in range(92, 276, 23)),
    disc(284, 272, 6, "accent"),
)
_HEADPHONES = sketch(
    line("M104 222 C100 60 300 60 296 222", "ink", 18),
    line("M122 176 C138 84 262 84 278 176", "soft", 8),
    on_both_sides(
        rect(84, 204, 46, 102, "main", 22),
        rect(122, 212, 24, 86, "deep", 12),
    ),
)
_EARBUDS = sketch(
    ground(90),
    on_both_sides(
        rect(142, 96, 18, 84, "paper", 9),
        disc(148, 100, 26, "paper"),
        disc(136, 100, 10, "iron"),
    ),
    rect(98, 196, 204, 116, "main", 46),
    rect(98, 236, 204, 8, "deep"),
    disc(200, 272, 7, "glow"),
)
_BLUETOOTH_SPEAKER = sketch(
    ground(110),
    line("M120 132 Q200 70 280 132", "accent", 12),
    rect(82, 134, 236, 178, "main", 60),
    disc(200, 224, 62, "deep"),
    disc(200, 224, 44, "ink"),
    disc(200, 224, 18, "soft"),
    on_both_sides(disc(112, 224, 10, "ink")),
)
_BOOKSHELF_SPEAKERS = sketch(
    ground(120),
    on_both_sides(
        rect(84, 104, 104, 208, "wood", 8),
        disc(136, 152, 20, "ink"),
        disc(136, 240, 40, "ink"),
        disc(136, 240, 26, "iron"),
        disc(136, 240, 10, "ink"),
    ),
)
_TURNTABLE = sketch(
    rect(70, 88, 260, 224, "main", 16),
    disc(178, 200, 92, "ink"),
    ring(178, 200, 70, "iron", 2),
    ring(178, 200, 52, "iron", 2),
    disc(178, 200, 32, "accent"),
    disc(178, 200, 6, "paper"),
    disc(298, 124, 18, "steel"),
    line("M298 124 V206 L242 250", "steel", 9),
    disc(300, 280, 10, "deep"),
)
_RADIO = sketch(
    ground(120),
    line("M262 136 L312 62", "iron", 7),
    line("M130 136 V112 H232 V136", "ink", 10),
    rect(72, 134, 256, 172, "main", 26),
    disc(146, 220, 54, "deep"),
    *(line(f"M{x} 190 V250", "soft", 6) for x in (122, 138, 154, 170)),
    rect(222, 166, 86, 40, "glow", 6),
    disc(242, 250, 20, "paper"),
    disc(290, 250, 20, "paper"),
)
_CAMERA = sketch(
    ground(120),
    rect(144, 104, 90, 44, "ink", 10),
    rect(72, 132, 256, 172, "main", 22),
    rect(72, 176, 256, 84, "ink"),
    disc(196, 220, 74, "steel"),
    disc(196, 220, 60, "ink"),
    disc(196, 220, 36, "water"),
    disc(184, 206, 11, "white"),
    rect(276, 118, 34, 18, "accent", 6),
)
_INSTANT_CAMERA = sketch(
    ground(110),
    rect(128, 250, 144, 76, "paper", 4),
    rect(144, 258, 112, 52, "water"),
    path("M84 128 Q84 96 116 96 H284 Q316 96 316 128 V266 H84 Z", "main"),
    rect(84, 244, 232, 26, "deep", 8),
    disc(200, 174, 58, "paper"),
    disc(200, 174, 44, "ink"),
    disc(200, 174, 22, "water"),
    rect(262, 112, 38, 28, "glow", 6),
    disc(116, 126, 13, "red"),
)
_ACTION_CAMERA = sketch(
    ground(90),
    rect(168, 272, 64, 40, "iron", 6),
    rect(88, 118, 224, 164, "main", 24),
    rect(106, 136, 188, 128, "ink", 14),
    rect(194, 150, 90, 96, "steel", 18),
    disc(239, 198, 34, "ink"),
    disc(239, 198, 18, "water"),
    disc(150, 200, 26, "accent"),
    rect(124, 106, 46, 16, "accent", 6),
)
_LENS = sketch(
    ground(90),
    rect(112, 262, 176, 50, "ink", 10),
    rect(98, 168, 204, 98, "main", 12),
    *(line(f"M{x} 186 V248", "deep", 8) for x in range(120, 290, 20)),
    rect(106, 126, 188, 48, "ink", 10),
    oval(200, 122, 94, 34, "iron"),
    oval(200, 122, 76, 25, "water"),
    oval(176, 116, 22, 8, "white"),
)
_PHONE = sketch(
    rect(128, 68, 144, 264, "ink", 26),
    rect(138, 80, 124, 240, "main", 16),
    disc(200, 96, 6, "ink"),
    path("M138 232 Q200 190 262 250 V304 Q262 320 246 320 H154 Q138 320 138 304 Z", "soft"),
    *(rect(x, y, 28, 28, "paper", 8) for x in (152, 186, 220) for y in (126, 162)),
)
_SMARTWATCH = sketch(
    rect(154, 54, 92, 292, "main", 24),
    rect(122, 122, 156, 156, "ink", 40),
    rect(136, 136, 128, 128, "deep", 28),
    ring(200, 200, 44, "soft", 10),
    line("M200 156 A44 44 0 0 1 244 200", "accent", 10),
    line("M200 174 V200 L218 212", "paper", 7),
    rect(276, 180, 12, 40, "iron", 5),
)
_READER = sketch(
    rect(104, 64, 192, 272, "ink", 20),
    rect(122, 84, 156, 212, "paper", 4),
    rect(140, 104, 90, 14, "main", 4),
    *(line(f"M142 {y} H258", "iron", 6) for y in range(142, 250, 22)),
    line("M142 252 H212", "iron", 6),
    disc(200, 316, 8, "iron"),
)
_PROJECTOR = sketch(
    ground(100),
    path("M136 190 L44 96 V272 Z", "glow"),
    line("M220 244 L180 306 M220 244 L262 306", "ink", 9),
    rect(126, 144, 208, 110, "main", 26),
    disc(160, 198, 36, "ink"),
    disc(160, 198, 22, "glow"),
    *(line(f"M{x} 176 V222", "deep", 8) for x in (250, 270, 290)),
)
_CHARGER = sketch(
    on_both_sides(rect(166, 68, 18, 60, "iron", 5)),
    rect(112, 120, 176, 200, "main", 30),
    *(rect(156, y, 88, 24, "ink", 12) for y in (176, 220, 264)),
    line("M134 160 V270", "soft", 8),
)
_CABLE = sketch(
    line("M246 108 C60 60 60 300 200 290 S330 160 214 158 S110 250 164 300", "deep", 15),
    rect(236, 86, 58, 44, "ink", 10),
    rect(290, 97, 30, 22, "steel", 6),
    rect(142, 288, 44, 44, "ink", 10),
    rect(153, 328, 22, 22, "steel", 6),
)
_POWER_BANK = sketch(
    ground(80),
    rect(122, 76, 156, 236, "main", 28),
    rect(148, 110, 104, 62, "ink", 10),
    path("M206 116 L180 146 H198 L192 166 L220 136 H202 Z", "glow"),
    *(disc(x, 204, 7, "paper") for x in (164, 188, 212, 236)),
    on_both_sides(rect(150, 282, 36, 14, "ink", 7)),
    line("M140 214 V262", "soft", 8),
)

MOTIFS = {
    "kitchen tv": _KITCHEN_TELEVISION,
    "white frame": _television("white", "water", "leaf"),
    "tv|television": _television("ink", "main", "deep"),
    "soundbar": _SOUNDBAR,
    "headphone": _HEADPHONES,
    "earbud": _EARBUDS,
    "bookshelf speaker": _BOOKSHELF_SPEAKERS,
    "speaker": _BLUETOOTH_SPEAKER,
    "turntable": _TURNTABLE,
    "radio": _RADIO,
    "instant camera": _INSTANT_CAMERA,
    "action camera": _ACTION_CAMERA,
    "camera": _CAMERA,
    "portrait lens": _LENS,
    "phone|smartphone": _PHONE,
    "watch|smartwatch": _SMARTWATCH,
    "reader": _READER,
    "projector": _PROJECTOR,
    "charger": _CHARGER,
    "cable": _CABLE,
    "power bank": _POWER_BANK,
    "": _RADIO,
}

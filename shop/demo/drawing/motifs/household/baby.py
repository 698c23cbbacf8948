"""Motifs of baby products."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    moved,
    on_both_sides,
    oval,
    path,
    rect,
    ring,
    sketch,
)

_STAR = path(
    "M200 160 L212 188 L242 190 L218 210 L226 240 L200 224 L174 240 L182 210 L158 190 L188 188 Z",
    "glow",
)
_CRIB = sketch(
    ground(140),
    rect(84, 228, 232, 34, "main", 10),
    path("M120 228 Q124 196 158 196 H214 Q236 200 236 228 Z", "soft"),
    *(rect(x, 146, 9, 132, "wood") for x in range(94, 310, 23)),
    rect(66, 132, 268, 18, "wood", 8),
    rect(66, 268, 268, 18, "wood", 6),
    on_both_sides(rect(66, 110, 20, 202, "bark", 8)),
)
_CRIB_MATTRESS = sketch(
    ground(140),
    path("M92 196 H308 L342 240 H58 Z", "paper"),
    path("M58 240 H342 V288 Q342 302 328 302 H72 Q58 302 58 288 Z", "main"),
    line("M60 240 H340", "deep", 6),
    *(moved(x, y, _STAR, scale=0.3) for x, y in ((60, 156), (130, 160), (200, 156))),
    *(disc(x, 272, 7, "soft") for x in range(90, 330, 44)),
)
_STROLLER = sketch(
    ground(120),
    line("M272 168 L334 112", "ink", 13),
    line("M128 232 L236 288 M270 208 L148 288", "iron", 11),
    path("M92 188 H282 Q280 250 214 254 H152 Q98 250 92 188 Z", "main"),
    path("M186 186 V84 Q84 88 84 186 Z", "deep"),
    line("M186 186 L112 112 M186 186 L148 90", "soft", 5),
    *(sketch(disc(x, 284, 28, "ink"), disc(x, 284, 12, "steel")) for x in (138, 246)),
)
_JOGGER = sketch(
    ground(140),
    line("M262 150 L330 96", "ink", 13),
    line("M80 268 L190 228 L262 150 L284 258", "iron", 12),
    path("M104 196 L150 186 L196 120 H262 Q270 220 220 236 H130 Q108 230 104 196 Z", "main"),
    path("M196 124 Q180 66 250 74 Q286 84 284 140 Z", "accent"),
    *(
        sketch(disc(x, y, r, "ink"), ring(x, y, r - 14, "steel", 6), disc(x, y, 6, "steel"))
        for x, y, r in ((84, 272, 40), (276, 260, 52))
    ),
)
_CAR_SEAT = sketch(
    ground(110),
    path("M108 312 L118 262 H290 L300 312 Z", "ink"),
    path("M112 82 Q112 52 200 52 Q288 52 288 82 V230 Q288 286 200 286 Q112 286 112 230 Z", "main"),
    path("M146 96 Q146 78 200 78 Q254 78 254 96 V210 H146 Z", "soft"),
    on_both_sides(rect(94, 196, 40, 76, "deep", 18)),
    path("M130 212 H270 Q276 272 200 276 Q124 272 130 212 Z", "deep"),
    line("M170 110 L196 208 M230 110 L204 208 M200 216 V252", "ink", 11),
    rect(182, 196, 36, 30, "red", 8),
)
_CARRIER = sketch(
    on_both_sides(line("M140 128 C110 50 70 130 96 240", "deep", 24)),
    rect(70, 232, 260, 34, "deep", 16),
    path("M132 112 Q200 140 268 112 L282 250 Q270 318 200 320 Q130 318 118 250 Z", "main"),
    disc(200, 96, 46, "glow"),
    path("M154 92 Q160 46 200 46 Q240 46 246 92 Q200 66 154 92 Z", "accent"),
    on_both_sides(disc(184, 102, 5, "ink")),
    path("M128 130 Q200 160 272 130 L274 156 Q200 184 126 156 Z", "soft"),
    rect(172, 214, 56, 50, "soft", 8),
)
_BOTTLE = sketch(
    path("M186 76 Q186 54 200 54 Q214 54 214 76 L224 104 H176 Z", "glow"),
    rect(158, 102, 84, 34, "main", 8),
    rect(150, 136, 100, 176, "glass", 22),
    rect(158, 190, 84, 114, "paper", 16),
    line("M228 168 H242 M220 196 H242 M228 224 H242 M220 252 H242 M228 280 H242", "iron", 5),
)
_BOTTLES = sketch(
    ground(120),
    moved(-62, 62, _BOTTLE, scale=0.8),
    moved(142, 62, _BOTTLE, scale=0.8),
    _BOTTLE,
)
_WARMER = sketch(
    ground(90),
    moved(0, -16, _BOTTLE),
    path("M114 196 H286 L296 300 Q296 312 284 312 H116 Q104 312 104 300 Z", "main"),
    rect(106, 186, 188, 20, "deep", 8),
    rect(150, 232, 100, 44, "ink", 10),
    line("M172 254 H228", "glow", 8),
    line("M108 160 q-12 -16 0 -32 M292 160 q12 -16 0 -32", "iron", 7),
)
_BIB = sketch(
    path(
        "M118 88 Q122 62 146 74 Q150 138 200 138 Q250 138 254 74 Q278 62 282 88 L300 270 "
        "Q300 306 200 308 Q100 306 100 270 Z",
        "main",
    ),
    path("M94 242 Q200 292 306 242 L300 290 Q296 322 200 324 Q104 322 100 290 Z", "deep"),
    _STAR,
    *(disc(x, y, 6, "soft") for x, y in ((136, 168), (264, 168), (130, 220), (270, 220))),
)
_HIGH_CHAIR = sketch(
    ground(100),
    line("M150 200 L108 306 M250 200 L292 306 M130 262 H270", "wood", 15),
    rect(148, 72, 104, 130, "wood", 16),
    rect(164, 92, 72, 80, "main", 10),
    rect(132, 194, 136, 26, "bark", 8),
    rect(104, 158, 192, 22, "paper", 11),
    path("M176 158 Q178 138 200 138 Q222 138 224 158 Z", "accent"),
)
_BODYSUIT = sketch(
    path(
        "M150 82 L94 112 L72 178 L118 194 L132 170 L128 252 Q166 262 176 312 H224 Q234 262 272 252 "
        "L268 170 L282 194 L328 178 L306 112 L250 82 Q200 122 150 82 Z",
        "main",
    ),
    line("M150 82 Q200 122 250 82", "deep", 10),
    line("M130 254 Q168 264 178 308 M270 254 Q232 264 222 308", "deep", 7),
    *(disc(x, 300, 5, "paper") for x in (188, 200, 212)),
    moved(40, 34, _STAR, scale=0.8),
)
_SWADDLES = sketch(
    ground(120),
    *(
        sketch(rect(86, y, 228, 52, c, 22), line(f"M112 {y + 34} H288", "paper", 4))
        for y, c in ((260, "deep"), (212, "main"), (164, "soft"), (116, "accent"))
    ),
    *(moved(x, 78, _STAR, scale=0.26) for x in (76, 124, 172, 220)),
)
_MONITOR = sketch(
    ground(120),
    line("M132 120 V76", "ink", 11),
    rect(72, 116, 210, 170, "main", 22),
    rect(90, 134, 146, 116, "ink", 8),
    disc(163, 190, 34, "glow"),
    line("M146 188 q7 7 14 0 M168 188 q7 7 14 0 M156 206 q8 6 16 0", "ink", 5),
    *(disc(260, y, 8, "soft") for y in (156, 186, 216)),
    *(rect(x, 262, 14, 10, "leaf", 3) for x in (96, 116, 136)),
    disc(304, 218, 40, "paper"),
    disc(304, 218, 22, "ink"),
    disc(304, 218, 9, "water"),
    path("M284 254 H324 L336 312 H272 Z", "paper"),
)
_RINGS = sketch(
    ground(100),
    rect(98, 292, 204, 20, "wood", 10),
    *(
        rect(x, y, 400 - 2 * x, 34, c, 17)
        for x, y, c in (
            (110, 256, "main"),
            (122, 222, "accent"),
            (134, 188, "leaf"),
            (146, 154, "gold"),
            (158, 120, "red"),
        )
    ),
    disc(200, 94, 28, "wood"),
    line("M188 92 h1 M212 92 h1", "ink", 7),
    line("M192 104 Q200 110 208 104", "ink", 4),
)
_DIAPER = sketch(
    path("M72 132 H328 V188 Q262 206 246 278 Q200 304 154 278 Q138 206 72 188 Z", "paper"),
    path(
        "M154 278 Q138 206 72 188 V172 Q160 190 172 286 Q162 284 154 278 Z "
        "M246 278 Q262 206 328 188 V172 Q240 190 228 286 Q238 284 246 278 Z",
        "soft",
    ),
    on_both_sides(rect(66, 138, 46, 34, "main", 8)),
    rect(112, 132, 176, 20, "soft", 4),
    oval(200, 214, 26, 24, "main"),
    on_both_sides(disc(178, 192, 11, "main"), disc(191, 208, 4, "paper")),
)

MOTIFS = {
    "crib mattress": _CRIB_MATTRESS,
    "crib": _CRIB,
    "jogging": _JOGGER,
    "stroller": _STROLLER,
    "car seat": _CAR_SEAT,
    "carrier": _CARRIER,
    "warmer": _WARMER,
    "bottle": _BOTTLES,
    "bib": _BIB,
    "high chair": _HIGH_CHAIR,
    "bodysuit": _BODYSUIT,
    "blanket": _SWADDLES,
    "monitor": _MONITOR,
    "ring": _RINGS,
    "diaper": _DIAPER,
    "": _BIB,
}

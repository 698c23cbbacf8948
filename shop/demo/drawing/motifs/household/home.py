"""Motifs of home and furniture."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    on_both_sides,
    oval,
    path,
    rect,
    sketch,
    turned,
)

_TABLE = sketch(
    ground(140),
    on_both_sides(path("M84 180 H112 L104 312 H88 Z", "bark")),
    rect(78, 176, 244, 26, "bark"),
    rect(50, 156, 300, 24, "wood", 8),
    path("M172 156 L178 112 H222 L228 156 Z", "main"),
    line("M190 112 Q180 80 158 74 M200 112 V66 M210 112 Q220 80 242 74", "leaf", 8),
)
_EXTENDABLE_TABLE = sketch(
    ground(140),
    on_both_sides(path("M96 180 H124 L110 312 H94 Z", "brown")),
    rect(40, 156, 320, 22, "bark", 8),
    rect(130, 156, 140, 22, "wood"),
    on_both_sides(line("M112 126 H66 L80 112 M66 126 L80 140", "main", 9)),
    on_both_sides(rect(142, 128, 34, 28, "accent", 8)),
)
_PEDESTAL_TABLE = sketch(
    ground(90),
    path("M186 180 H214 L222 290 Q262 294 270 312 H130 Q138 294 178 290 Z", "steel"),
    oval(200, 168, 146, 30, "iron"),
    oval(200, 160, 146, 30, "paper"),
    oval(200, 154, 40, 9, "main"),
    path("M166 152 Q170 122 200 122 Q230 122 234 152 Z", "accent"),
)
_TABLE_WITH_BENCHES = sketch(
    ground(140),
    line("M120 178 L104 306 M280 178 L296 306 M112 250 H288", "bark", 18),
    rect(72, 150, 256, 28, "wood", 6),
    rect(40, 244, 120, 18, "main", 6),
    rect(240, 244, 120, 18, "main", 6),
    *(rect(x, 260, 12, 52, "deep") for x in (54, 134, 254, 334)),
)
_DROP_LEAF_TABLE = sketch(
    ground(100),
    *(rect(x, 180, 16, 132, "bark") for x in (140, 244)),
    rect(110, 154, 180, 22, "wood", 6),
    rect(96, 164, 26, 110, "main", 8),
    path("M290 154 L368 138 V158 L290 176 Z", "main"),
    line("M256 236 L330 164", "bark", 8),
)
_COFFEE_TABLE = sketch(
    ground(140),
    on_both_sides(path("M98 226 H120 L102 312 H88 Z", "brown")),
    oval(200, 226, 156, 26, "brown"),
    oval(200, 218, 156, 26, "bark"),
    rect(132, 192, 84, 14, "main", 3),
    rect(142, 180, 70, 12, "accent", 3),
    path("M244 176 H288 V196 Q288 208 266 208 Q244 208 244 196 Z", "paper"),
)
_SIDE_TABLES = sketch(
    ground(120),
    line("M82 160 V306 M230 160 V306 M82 300 H230", "gold", 9),
    rect(66, 148, 180, 18, "glass", 9),
    line("M196 222 V306 M320 222 V306 M196 300 H320", "gold", 9),
    rect(180, 210, 156, 18, "water", 9),
    path("M130 148 L124 108 H180 L174 148 Z", "main"),
)
_CHAIR = sketch(
    ground(80),
    line("M150 220 L136 306 M250 220 L264 306", "bark", 14),
    path(
        "M138 210 V112 Q140 76 200 76 Q260 76 262 112 V210 H246 V124 Q244 94 200 94 "
        "Q156 94 154 124 V210 Z",
        "wood",
    ),
    rect(154, 98, 92, 92, "gold", 26),
    *(line(f"M{x} 104 V182", "wood", 4) for x in (174, 192, 208, 226)),
    rect(126, 208, 148, 24, "main", 12),
    line("M146 268 H254", "bark", 9),
)
_SOFT_CHAIR = sketch(
    ground(80),
    line("M146 236 L132 306 M254 236 L268 306", "bark", 14),
    path("M134 224 V120 Q134 76 200 76 Q266 76 266 120 V224 Z", "main"),
    path("M156 206 V130 Q156 98 200 98 Q244 98 244 130 V206 Z", "soft"),
    rect(120, 208, 160, 36, "deep", 18),
)
_SOFA = sketch(
    ground(150),
    on_both_sides(rect(84, 288, 16, 24, "bark")),
    rect(72, 138, 256, 130, "main", 26),
    line("M158 156 V222 M242 156 V222", "deep", 5),
    rect(72, 214, 256, 76, "deep", 16),
    rect(86, 206, 228, 46, "soft", 14),
    on_both_sides(rect(44, 184, 50, 108, "main", 22)),
    turned(-8, rect(104, 150, 56, 56, "accent", 12)),
)
_SLEEPER_SOFA = sketch(
    ground(150),
    rect(96, 120, 208, 120, "main", 22),
    line("M200 138 V196", "deep", 5),
    on_both_sides(rect(66, 164, 48, 128, "deep", 20)),
    path("M108 220 H292 L316 300 H84 Z", "paper"),
    path("M98 254 H302 L316 300 Q316 312 304 312 H96 Q84 312 84 300 Z", "accent"),
    on_both_sides(rect(124, 206, 66, 32, "white", 14)),
)
_ARMCHAIR = sketch(
    ground(150),
    on_both_sides(rect(100, 290, 14, 22, "bark")),
    rect(94, 98, 152, 170, "main", 44),
    rect(110, 216, 128, 74, "soft", 16),
    rect(66, 186, 52, 108, "deep", 22),
    rect(222, 186, 52, 108, "deep", 22),
    rect(284, 236, 72, 50, "main", 18),
    line("M300 288 V306 M340 288 V306", "bark", 10),
)
_BED = sketch(
    ground(150),
    rect(72, 108, 256, 140, "wood", 14),
    *(line(f"M{x} 124 V200", "bark", 7) for x in range(100, 320, 40)),
    rect(60, 216, 280, 76, "paper", 14),
    on_both_sides(rect(92, 176, 96, 50, "white", 20)),
    path("M60 240 Q200 216 340 240 V292 H60 Z", "main"),
    rect(56, 284, 288, 16, "bark", 5),
    on_both_sides(rect(66, 296, 16, 16, "bark")),
)
_MATTRESS = sketch(
    ground(150),
    path("M96 172 H304 L344 226 H56 Z", "paper"),
    path("M56 226 H344 V286 Q344 302 328 302 H72 Q56 302 56 286 Z", "main"),
    rect(56, 250, 288, 10, "soft"),
    *(
        disc(x, y, 6, "steel")
        for y, xs in ((190, (130, 200, 270)), (210, (96, 166, 236, 306)))
        for x in xs
    ),
    line("M56 228 H344", "deep", 6),
)
_DUVET = sketch(
    ground(120),
    rect(76, 248, 248, 64, "deep", 28),
    rect(82, 188, 236, 68, "main", 30),
    rect(88, 130, 224, 66, "soft", 30),
    on_both_sides(line("M156 146 V180", "main", 5)),
    line("M118 222 H282 M112 280 H288", "soft", 6),
)
_PILLOW = sketch(
    ground(120),
    path(
        "M76 218 Q64 178 96 176 Q200 198 304 176 Q336 178 324 244 Q340 312 304 310 "
        "Q200 290 96 310 Q60 312 76 244 Z",
        "main",
    ),
    path(
        "M92 130 Q76 92 108 92 Q200 110 292 92 Q324 92 308 150 Q322 210 292 206 "
        "Q200 190 108 206 Q78 210 92 150 Z",
        "paper",
    ),
    line("M120 118 Q140 128 160 126 M124 184 Q140 176 156 176", "steel", 6),
)
_BOOKCASE = sketch(
    ground(110),
    line("M132 70 L96 308 M268 70 L304 308", "bark", 13),
    *(
        rect(x, y, 400 - 2 * x, 13, "wood", 4)
        for x, y in ((124, 96), (116, 148), (108, 200), (100, 252), (94, 294))
    ),
    *(
        rect(x, y, 15, 40, colour, 2)
        for x, y, colour in (
            (140, 108, "main"),
            (158, 108, "accent"),
            (176, 108, "deep"),
            (216, 160, "accent"),
            (234, 160, "soft"),
            (252, 160, "main"),
            (132, 212, "deep"),
            (150, 212, "main"),
            (168, 212, "accent"),
        )
    ),
    path("M226 252 L220 222 H256 L250 252 Z", "red"),
)
_CUBE_SHELF = sketch(
    ground(120),
    rect(76, 104, 248, 208, "paper", 6),
    *(rect(x, y, 50, 86, "halo", 3) for x in (88, 146, 204, 262) for y in (116, 214)),
    rect(88, 140, 50, 62, "main", 3),
    rect(262, 238, 50, 62, "main", 3),
    *(rect(x, 138, 12, 64, colour) for x, colour in ((208, "accent"), (222, "deep"), (236, "red"))),
    path("M158 300 L152 264 H188 L182 300 Z", "accent"),
)
_DRESSER = sketch(
    ground(130),
    on_both_sides(path("M86 286 H106 L100 312 H90 Z", "bark")),
    rect(72, 128, 256, 166, "wood", 8),
    *(rect(x, y, 114, 44, "glow", 4) for x in (82, 204) for y in (138, 189, 240)),
    *(disc(x, y, 6, "main") for x in (139, 261) for y in (160, 211, 262)),
    path("M122 128 L116 86 H160 L154 128 Z", "main"),
    rect(240, 112, 60, 16, "accent", 3),
)
_BENCH = sketch(
    ground(130),
    rect(70, 184, 260, 36, "main", 16),
    rect(80, 214, 240, 14, "wood"),
    on_both_sides(rect(80, 220, 18, 92, "wood")),
    rect(80, 276, 240, 14, "bark"),
    on_both_sides(path("M122 276 V246 H146 L154 260 Q182 262 182 276 Z", "deep")),
)
_RUG = sketch(
    *(line(f"M66 {y} H334", "soft", 6) for y in range(128, 280, 16)),
    rect(82, 114, 236, 172, "main", 4),
    rect(98, 130, 204, 140, "soft", 2),
    rect(108, 140, 184, 120, "deep", 2),
    path("M200 148 L272 200 L200 252 L128 200 Z", "accent"),
    path("M200 174 L236 200 L200 226 L164 200 Z", "paper"),
)
_RUNNER = turned(
    24,
    *(line(f"M{x} 56 V344", "soft", 5) for x in range(148, 256, 15)),
    rect(140, 68, 120, 264, "main", 3),
    *(line(f"M152 {y} L200 {y + 26} L248 {y}", "soft", 8) for y in range(92, 290, 44)),
    *(disc(200, y, 7, "accent") for y in range(96, 290, 44)),
)
_MIRROR = sketch(
    path("M112 324 V164 Q112 68 200 68 Q288 68 288 164 V324 Z", "ink"),
    path("M126 310 V166 Q126 82 200 82 Q274 82 274 166 V310 Z", "glass"),
    line("M150 240 L218 130 M172 268 L248 148", "white", 11),
)
_CLOCK = sketch(
    disc(200, 200, 124, "wood"),
    disc(200, 200, 104, "paper"),
    *(rect(x, y, 10, 10, "ink", 5) for x, y in ((195, 106), (195, 284), (106, 195), (284, 195))),
    line("M200 200 V132", "ink", 9),
    line("M200 200 L246 226", "ink", 9),
    line("M200 200 L164 258", "main", 4),
    disc(200, 200, 9, "main"),
)
_CUSHIONS = sketch(
    ground(120),
    turned(
        9,
        path(
            "M150 84 Q240 100 330 84 Q318 170 330 258 Q240 244 150 258 Q162 170 150 84 Z", "accent"
        ),
    ),
    path("M74 134 Q164 150 254 134 Q242 222 254 312 Q164 298 74 312 Q86 222 74 134 Z", "main"),
    *(line(f"M{x} 152 V294", "deep", 5) for x in range(104, 236, 20)),
)
_BLANKET = sketch(
    ground(120),
    *(line(f"M{x} 288 V310", "deep", 7) for x in range(98, 312, 17)),
    rect(84, 132, 232, 160, "main", 26),
    *(
        line(f"M{x} 150 q14 14 0 28 q-14 14 0 28 q14 14 0 28 q-14 14 0 28", "soft", 9)
        for x in (120, 160, 200, 240, 280)
    ),
    path(
        "M84 158 Q84 120 122 120 H278 Q316 120 316 158 Q300 142 278 142 H122 Q100 142 84 158 Z",
        "deep",
    ),
)

MOTIFS = {
    "extendable": _EXTENDABLE_TABLE,
    "pedestal": _PEDESTAL_TABLE,
    "table with two bench": _TABLE_WITH_BENCHES,
    "drop-leaf": _DROP_LEAF_TABLE,
    "coffee table": _COFFEE_TABLE,
    "side table": _SIDE_TABLES,
    "upholstered": _SOFT_CHAIR,
    "armchair": _ARMCHAIR,
    "chair": _CHAIR,
    "sleeper": _SLEEPER_SOFA,
    "sofa": _SOFA,
    "mattress": _MATTRESS,
    "duvet": _DUVET,
    "bed": _BED,
    "pillow cover|cushion": _CUSHIONS,
    "pillow": _PILLOW,
    "bookcase": _BOOKCASE,
    "shelf|shelves": _CUBE_SHELF,
    "dresser|drawer": _DRESSER,
    "bench": _BENCH,
    "rug": _RUG,
    "runner": _RUNNER,
    "mirror": _MIRROR,
    "clock": _CLOCK,
    "blanket": _BLANKET,
    "table": _TABLE,
    "": _SOFA,
}

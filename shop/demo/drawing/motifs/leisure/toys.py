"""Motifs of toys and games."""

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
    turned,
)

_ENGINE = sketch(
    ground(130),
    rect(118, 120, 32, 64, "accent", 4),
    rect(106, 108, 56, 18, "deep", 6),
    rect(92, 178, 150, 86, "main", 30),
    rect(214, 124, 92, 140, "wood", 8),
    rect(204, 110, 112, 18, "red", 8),
    rect(236, 146, 48, 44, "paper", 6),
    rect(76, 254, 248, 18, "ink", 6),
    *(disc(x, 280, 30, "accent") for x in (128, 196)),
    disc(272, 272, 38, "accent"),
    *(disc(x, y, 10, "paper") for x, y in ((128, 280), (196, 280), (272, 272))),
)
_TRAIN_SET = sketch(
    ring(200, 200, 118, "wood", 30),
    ring(200, 200, 118, "bark", 5),
    rect(150, 62, 34, 40, "main", 6),
    rect(188, 62, 50, 40, "accent", 6),
    rect(242, 74, 40, 36, "red", 6),
    *(disc(x, 106, 9, "ink") for x in (160, 176, 200, 226, 254, 272)),
    path("M156 234 L186 178 L216 234 Z", "leaf"),
    path("M202 240 L228 196 L254 240 Z", "leaf"),
    line("M186 234 V248 M228 240 V252", "bark", 8),
)
_BLOCKS = sketch(
    ground(120),
    rect(84, 232, 80, 80, "main", 5),
    rect(164, 232, 80, 80, "wood", 5),
    rect(244, 232, 72, 80, "accent", 5),
    rect(122, 160, 150, 72, "glow", 5),
    path("M160 232 Q160 188 197 188 Q234 188 234 232 Z", "halo"),
    path("M122 158 L197 86 L272 158 Z", "red"),
    disc(124, 272, 18, "soft"),
)
_TILES = sketch(
    rect(88, 188, 112, 112, "water", 8),
    rect(200, 188, 112, 112, "gold", 8),
    path("M88 182 L144 92 L200 182 Z", "red"),
    path("M204 182 L260 92 L312 182 Z", "leaf"),
    path("M152 92 H252 L202 174 Z", "main"),
    on_both_sides(line("M108 208 H180 V280 H108 Z", "paper", 5)),
)
_JIGSAW = turned(
    -8,
    path(
        "M92 92 H176 Q160 130 200 130 Q240 130 224 92 H308 V176 Q270 160 270 200 "
        "Q270 240 308 224 V308 H224 Q240 270 200 270 Q160 270 176 308 H92 V224 "
        "Q54 240 54 200 Q54 160 92 176 Z",
        "main",
    ),
    path(
        "M92 270 L160 196 L206 236 L256 170 L294 222 L308 224 V308 H224 Q240 270 200 270 "
        "Q160 270 176 308 H92 Z",
        "deep",
    ),
    disc(142, 146, 22, "glow"),
)


def _pawn(x: int, y: int, colour: str) -> str:
    return sketch(
        path(f"M{x - 26} {y} L{x - 9} {y - 60} H{x + 9} L{x + 26} {y} Z", colour),
        disc(x, y - 70, 22, colour),
        oval(x, y, 28, 9, colour),
    )


_BOARD_GAME = sketch(
    turned(
        -10,
        rect(72, 84, 256, 232, "main", 14),
        rect(86, 98, 228, 204, "paper", 6),
        *(
            rect(x, y, 32, 28, c, 4)
            for y in (106, 266)
            for x, c in zip(range(94, 300, 36), ("accent", "soft", "leaf") * 2, strict=True)
        ),
        *(
            rect(x, y, 32, 28, c, 4)
            for x in (94, 274)
            for y, c in zip(range(138, 260, 32), ("water", "gold") * 2, strict=True)
        ),
    ),
    _pawn(166, 256, "red"),
    _pawn(220, 272, "deep"),
    turned(
        12,
        rect(224, 120, 52, 52, "white", 11),
        *(disc(x, y, 6, "ink") for x, y in ((238, 134), (250, 146), (262, 158))),
    ),
)
_CHESS = sketch(
    *(
        rect(80 + 40 * column, 80 + 40 * row, 40, 40, "paper" if (row + column) % 2 else "wood")
        for row in range(6)
        for column in range(6)
    ),
    line("M80 80 H320 V320 H80 Z", "bark", 13),
    path(
        "M150 292 Q152 268 166 262 Q180 220 168 196 L146 208 L136 192 L162 158 Q166 140 182 132 "
        "Q236 142 236 206 Q234 244 244 262 Q258 268 260 292 Z",
        "ink",
    ),
    disc(180, 172, 6, "paper"),
)
_PARTY_GAME = sketch(
    ground(110),
    rect(92, 84, 216, 160, "paper", 8),
    line("M120 204 Q140 100 170 160 T220 140 T276 180", "main", 9),
    rect(84, 242, 232, 70, "deep", 8),
    line("M250 262 L330 150", "gold", 16),
    path("M243 258 L257 268 L236 284 Z", "ink"),
)
_CARDS = sketch(
    turned(-18, rect(118, 92, 140, 200, "deep", 14)),
    turned(2, rect(126, 92, 140, 200, "soft", 14)),
    moved(
        14,
        6,
        turned(
            20,
            rect(130, 92, 140, 200, "white", 14),
            path(
                "M200 246 Q140 204 156 170 Q178 146 200 174 Q222 146 244 170 Q260 204 200 246 Z",
                "red",
            ),
            disc(148, 114, 8, "red"),
            disc(252, 270, 8, "red"),
        ),
    ),
)
_BEAR = sketch(
    ground(90),
    on_both_sides(
        disc(146, 100, 28, "wood"),
        disc(146, 100, 15, "glow"),
        oval(126, 230, 26, 44, "bark"),
        oval(152, 294, 36, 26, "bark"),
    ),
    oval(200, 244, 74, 72, "wood"),
    oval(200, 252, 42, 44, "glow"),
    disc(200, 142, 68, "wood"),
    oval(200, 164, 32, 25, "glow"),
    on_both_sides(disc(176, 132, 7, "ink")),
    oval(200, 154, 11, 8, "ink"),
    path("M200 208 L166 190 V226 Z M200 208 L234 190 V226 Z", "main"),
)
_OCTOPUS = sketch(
    ground(120),
    on_both_sides(
        line("M160 222 Q150 286 92 272 M178 232 Q176 306 124 302", "deep", 24),
        line("M190 240 V298", "main", 24),
    ),
    path("M110 190 Q106 84 200 84 Q294 84 290 190 Q284 256 200 256 Q116 256 110 190 Z", "main"),
    on_both_sides(
        disc(164, 176, 14, "paper"), disc(166, 178, 8, "ink"), oval(146, 206, 14, 8, "soft")
    ),
    line("M184 206 Q200 222 216 206", "ink", 6),
)
_ROBOT = sketch(
    ground(80),
    line("M200 96 V66", "iron", 8),
    disc(200, 62, 12, "red"),
    on_both_sides(
        rect(150, 272, 36, 40, "deep", 6),
        line("M136 210 L100 240 V262", "iron", 14),
        disc(100, 270, 14, "accent"),
    ),
    rect(132, 92, 136, 84, "steel", 18),
    rect(132, 186, 136, 92, "main", 14),
    on_both_sides(disc(168, 130, 16, "paper"), disc(168, 130, 8, "ink")),
    line("M176 158 H224", "iron", 7),
    rect(158, 206, 84, 44, "water", 5),
    line("M158 228 H242 M186 206 V250 M214 206 V250", "ink", 3),
)
_CIRCUIT = sketch(
    rect(80, 100, 240, 200, "main", 14),
    line("M120 250 H170 V160 H230 V210 H286", "gold", 8),
    line("M120 150 V210 M286 150 V260 H220", "soft", 8),
    rect(176, 186, 60, 60, "ink", 6),
    disc(120, 140, 22, "red"),
    disc(114, 132, 6, "white"),
    disc(286, 140, 18, "glow"),
    *(disc(x, y, 9, "gold") for x, y in ((120, 250), (120, 212), (286, 212), (220, 262))),
)
_CAR = sketch(
    ground(130),
    path(
        "M64 268 V226 Q66 204 96 200 L124 150 Q132 138 148 138 H236 Q252 138 262 150 L294 198 "
        "Q334 202 336 232 V268 Q336 276 326 276 H74 Q64 276 64 268 Z",
        "main",
    ),
    path("M122 200 L142 158 H190 V200 Z M204 158 H240 L268 200 H204 Z", "glass"),
    line("M196 210 V262", "deep", 5),
    disc(324, 228, 10, "glow"),
    *(sketch(disc(x, 276, 36, "ink"), disc(x, 276, 16, "steel")) for x in (126, 272)),
)
_CRAWLER = sketch(
    ground(130),
    path("M84 216 L104 168 H164 L182 122 H250 L266 168 H316 V216 Z", "main"),
    path("M178 166 L192 134 H240 L252 166 Z", "glass"),
    rect(96, 212, 212, 20, "ink", 6),
    line("M300 168 L322 96", "iron", 5),
    disc(322, 94, 7, "red"),
    *(
        sketch(disc(x, 260, 52, "ink"), ring(x, 260, 38, "iron", 7), disc(x, 260, 18, "accent"))
        for x in (122, 278)
    ),
)
_DOLLHOUSE = sketch(
    ground(110),
    path("M200 60 L316 148 H84 Z", "red"),
    rect(98, 146, 204, 166, "wood", 4),
    *(
        rect(x, y, 88, h, c)
        for x, y, h, c in (
            (108, 154, 70, "glow"),
            (204, 154, 70, "soft"),
            (108, 232, 72, "paper"),
            (204, 232, 72, "water"),
        )
    ),
    rect(120, 196, 60, 22, "main", 5),
    path("M224 224 V184 H272 V224 Z", "paper"),
    rect(128, 264, 48, 8, "bark"),
    line("M134 270 V302 M170 270 V302", "bark", 6),
    rect(232, 256, 34, 48, "accent", 3),
    disc(200, 118, 16, "glow"),
)
_KITE = sketch(
    line("M200 262 Q250 290 214 316 T196 352", "ink", 5),
    path("M200 48 L296 148 L200 264 L104 148 Z", "main"),
    path("M200 48 L296 148 H200 Z M200 264 L104 148 H200 Z", "accent"),
    line("M200 48 V264 M104 148 H296", "paper", 5),
    path("M228 300 L250 284 V314 Z M228 300 L206 286 V314 Z", "red"),
)
_CLAY = sketch(
    ground(130),
    *(
        rect(x, 228, 46, 84, c, 14)
        for x, c in ((76, "red"), (126, "gold"), (176, "leaf"), (226, "water"), (276, "main"))
    ),
    path(
        "M140 216 Q120 168 166 160 Q170 116 206 124 Q250 122 248 164 Q290 176 264 216 Z", "accent"
    ),
    line("M172 190 Q196 206 224 190", "paper", 7),
    disc(180, 160, 7, "ink"),
    disc(222, 160, 7, "ink"),
)
_PAINTBOX = sketch(
    rect(76, 120, 248, 176, "main", 18),
    rect(90, 134, 220, 148, "paper", 10),
    *(
        disc(x, y, 19, c)
        for y, row in (
            (164, ("red", "accent", "gold", "glow", "leaf")),
            (212, ("water", "main", "deep", "brown", "soft")),
        )
        for x, c in zip(range(118, 300, 41), row, strict=True)
    ),
    line("M118 258 H220", "bark", 11),
    path("M216 248 Q256 246 276 258 Q256 270 216 268 Z", "ink"),
)
_MARBLE_RUN = sketch(
    ground(120),
    line("M104 96 V308 M296 96 V308", "bark", 16),
    line("M96 132 L276 168", "wood", 20),
    line("M304 192 L124 228", "wood", 20),
    line("M96 254 L276 290", "wood", 20),
    disc(142, 118, 20, "main"),
    disc(232, 182, 20, "accent"),
    disc(236, 258, 20, "red"),
)

MOTIFS = {
    "steam engine": _ENGINE,
    "train": _TRAIN_SET,
    "block": _BLOCKS,
    "tile": _TILES,
    "puzzle": _JIGSAW,
    "party game": _PARTY_GAME,
    "board game": _BOARD_GAME,
    "chess": _CHESS,
    "card": _CARDS,
    "bear": _BEAR,
    "octopus|plush": _OCTOPUS,
    "robot": _ROBOT,
    "electronics": _CIRCUIT,
    "crawler|truck": _CRAWLER,
    "car": _CAR,
    "dollhouse": _DOLLHOUSE,
    "kite": _KITE,
    "clay": _CLAY,
    "paint": _PAINTBOX,
    "marble": _MARBLE_RUN,
    "": _BLOCKS,
}

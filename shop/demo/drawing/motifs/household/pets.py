"""Motifs of pet supplies."""

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

_BONE = sketch(
    on_both_sides(disc(118, 178, 28, "paper"), disc(118, 222, 28, "paper")),
    rect(114, 176, 172, 48, "paper", 12),
)
_PAW = sketch(
    oval(200, 222, 34, 28, "paper"),
    on_both_sides(oval(156, 188, 14, 19, "paper"), oval(183, 166, 14, 20, "paper")),
)
_FISH = sketch(
    path("M130 200 Q170 152 226 200 Q170 248 130 200 Z", "accent"),
    path("M218 200 L262 168 V232 Z", "accent"),
    disc(158, 192, 6, "ink"),
)
_DOG_BED = sketch(
    ground(140),
    oval(200, 236, 148, 70, "main"),
    oval(200, 222, 112, 44, "soft"),
    path("M52 240 Q60 312 200 312 Q340 312 348 240 Q320 284 200 284 Q80 284 52 240 Z", "deep"),
    moved(90, 112, _BONE, scale=0.55),
)
_HARNESS = sketch(
    line("M132 120 Q200 30 268 120", "deep", 24),
    line("M110 216 C100 340 300 340 290 216", "deep", 24),
    path("M118 116 H282 L306 232 Q200 276 94 232 Z", "main"),
    line("M132 148 H268 M118 214 Q200 246 282 214", "glow", 9),
    ring(200, 182, 18, "steel", 8),
    on_both_sides(rect(96, 238, 34, 28, "ink", 6)),
)
_LEASH = sketch(
    line("M96 108 C40 180 120 200 160 140 S110 50 96 108", "main", 17),
    line("M124 184 C150 300 230 120 280 190 S250 290 220 300", "main", 17),
    line("M112 160 L132 196", "ink", 20),
    rect(196, 284, 34, 26, "gold", 6),
    ring(196, 316, 17, "gold", 9),
)
_COLLAR = sketch(
    oval(200, 190, 126, 78, "deep"),
    oval(200, 182, 106, 58, "halo"),
    path("M74 190 Q78 276 200 278 Q322 276 326 190 Q310 240 200 244 Q90 240 74 190 Z", "main"),
    rect(132, 226, 44, 56, "gold", 7),
    rect(142, 238, 24, 32, "main", 3),
    ring(228, 270, 11, "steel", 6),
    disc(228, 304, 24, "gold"),
    disc(228, 304, 8, "bark"),
)
_MAZE_BOWL = sketch(
    disc(200, 200, 134, "main"),
    disc(200, 200, 108, "deep"),
    ring(200, 200, 76, "soft", 16),
    ring(200, 200, 40, "soft", 14),
    *(
        disc(x, y, 9, "wood")
        for x, y in (
            (200, 94),
            (300, 190),
            (112, 240),
            (244, 286),
            (200, 142),
            (148, 176),
            (252, 212),
            (206, 202),
        )
    ),
    line("M200 124 V160 M124 200 H160 M258 246 L236 226", "soft", 14),
)
_BOWL = sketch(
    ground(120),
    *(
        disc(x, y, 17, "wood")
        for x, y in ((128, 186), (160, 172), (192, 164), (224, 168), (254, 176), (276, 188))
    ),
    path("M92 192 H308 L340 312 H60 Z", "main"),
    rect(82, 182, 236, 24, "deep", 11),
    moved(98, 156, _BONE, scale=0.5),
)


def _bag(*picture: str) -> str:
    return sketch(
        ground(100),
        path("M104 92 H296 L306 300 Q306 312 294 312 H106 Q94 312 94 300 Z", "main"),
        rect(100, 76, 200, 36, "deep", 6),
        line("M116 94 H284", "soft", 4),
        rect(122, 136, 156, 138, "soft", 12),
        *picture,
    )


_DOG_FOOD = _bag(
    path("M158 178 Q150 238 170 250 H230 Q250 238 242 178 Q200 150 158 178 Z", "wood"),
    on_both_sides(
        path("M164 172 Q136 170 138 224 Q154 228 164 196 Z", "bark"), disc(182, 200, 7, "ink")
    ),
    oval(200, 222, 15, 11, "ink"),
    line("M190 240 Q200 246 210 240", "ink", 5),
)
_FISH_FOOD_BAG = _bag(moved(6, 4, _FISH))
_CAT_FACE = sketch(
    path("M142 150 L146 206 Q152 250 200 250 Q248 250 254 206 L258 150 L226 174 H174 Z", "ink"),
    on_both_sides(disc(178, 204, 9, "glow"), line("M150 226 L118 220 M150 234 L120 240", "ink", 4)),
    path("M192 222 H208 L200 232 Z", "accent"),
)
_CAT_LITTER = _bag(_CAT_FACE)
_CAT_TREATS = _bag(moved(30, 26, _CAT_FACE, scale=0.85))
_CANS = sketch(
    ground(130),
    *(
        sketch(
            rect(x, y, 100, 74, "steel", 8),
            rect(x, y + 12, 100, 50, c),
            oval(x + 50, y + 4, 50, 12, "iron"),
            oval(x + 50, y + 2, 38, 7, "steel"),
        )
        for x, y, c in ((76, 238, "main"), (224, 238, "accent"), (150, 154, "deep"))
    ),
    *(moved(x, y, _CAT_FACE, scale=0.3) for x, y in ((66, 214), (214, 214), (140, 130))),
)
_CAT_TREE = sketch(
    ground(110),
    *(rect(x, y, 18, h, "wood") for x, y, h in ((124, 120, 180), (262, 180, 120))),
    rect(86, 296, 228, 18, "deep", 6),
    rect(150, 226, 124, 72, "main", 10),
    path("M188 298 V274 Q212 240 236 274 V298 Z", "ink"),
    rect(150, 174, 154, 16, "deep", 6),
    rect(84, 116, 100, 16, "main", 8),
    path("M96 116 Q92 76 112 74 L116 60 L130 72 H142 L154 60 L158 78 Q176 92 174 116 Z", "ink"),
    path("M190 190 Q228 236 262 190 Z", "accent"),
    line("M172 110 Q204 110 196 146", "ink", 9),
    disc(130, 90, 5, "glow"),
    disc(148, 90, 5, "glow"),
)
_SCRATCHER = sketch(
    ground(140),
    line("M268 214 Q338 204 326 134", "ink", 17),
    oval(206, 212, 86, 42, "ink"),
    moved(-46, -44, _CAT_FACE),
    path("M52 206 Q70 182 100 206 Q200 282 300 206 Q330 182 348 206 V312 H52 Z", "wood"),
    *(
        line(f"M{x} {y} V304", "bark", 5)
        for x, y in zip(
            range(70, 345, 20),
            (214, 214, 226, 238, 248, 256, 258, 256, 250, 240, 228, 216, 212, 212),
            strict=True,
        )
    ),
)
_LITTER_BOX = sketch(
    ground(120),
    path("M88 236 Q88 104 200 104 Q312 104 312 236 Z", "main"),
    path("M148 236 Q148 156 200 156 Q252 156 252 236 Z", "ink"),
    path("M154 236 Q176 214 200 222 Q226 210 246 236 Z", "glow"),
    path("M72 232 H328 L314 312 H86 Z", "deep"),
    line("M170 124 H230", "soft", 8),
)
_FEATHER_WAND = sketch(
    line("M70 316 L210 92", "bark", 13),
    line("M210 92 Q300 70 286 176", "ink", 4),
    path("M286 180 Q224 220 240 300 Q292 268 286 180 Z", "main"),
    path("M286 180 Q344 214 338 286 Q284 262 286 180 Z", "accent"),
    path("M286 180 Q266 240 286 322 Q308 244 286 180 Z", "soft"),
    disc(286, 178, 14, "gold"),
)
_CHEW_BONE = turned(
    -28,
    on_both_sides(disc(86, 166, 44, "main"), disc(86, 234, 44, "main")),
    rect(84, 162, 232, 76, "main", 16),
    line("M126 186 H250", "soft", 9),
    *(disc(x, 214, 6, "deep") for x in (160, 200, 240)),
)
_AQUARIUM = sketch(
    ground(130),
    rect(72, 96, 256, 24, "ink", 6),
    rect(80, 118, 240, 178, "glass"),
    rect(80, 146, 240, 150, "water"),
    path("M80 276 Q140 254 200 272 T320 268 V296 H80 Z", "glow"),
    rect(72, 292, 256, 20, "ink", 6),
    line("M112 272 Q100 236 116 210 Q128 190 114 168 M290 266 Q302 240 288 220", "leaf", 11),
    moved(56, 58, _FISH, scale=0.7),
    path("M270 184 Q248 164 226 184 Q248 204 270 184 Z M230 184 L212 172 V196 Z", "red"),
    *(disc(x, y, 6, "white") for x, y in ((136, 166), (146, 148), (284, 158))),
)
_FISH_FLAKES = sketch(
    ground(80),
    rect(128, 116, 144, 196, "main", 14),
    rect(118, 84, 164, 46, "ink", 10),
    rect(128, 156, 144, 116, "paper"),
    moved(4, 14, _FISH),
    line("M146 292 H254", "soft", 7),
)
_HAMSTER_HOME = sketch(
    ground(130),
    path("M72 250 H328 L316 312 H84 Z", "main"),
    rect(84, 104, 232, 148, "paper", 6),
    *(line(f"M{x} 106 V250", "iron", 4) for x in range(100, 316, 20)),
    rect(84, 92, 232, 18, "deep", 8),
    rect(84, 176, 120, 12, "accent", 4),
    ring(256, 196, 40, "accent", 9),
    line("M256 196 V160 M256 196 L288 214 M256 196 L224 214", "accent", 5),
    path("M104 250 Q106 206 146 206 Q190 208 190 250 Z", "wood"),
    disc(176, 216, 9, "bark"),
    disc(178, 232, 4, "ink"),
)
_CARRIER = sketch(
    ground(130),
    line("M156 132 Q200 66 244 132", "ink", 12),
    rect(68, 128, 264, 184, "main", 40),
    rect(92, 166, 148, 110, "ink", 22),
    moved(-34, 26, _CAT_FACE, line("M172 176 H228", "ink", 4)),
    path("M108 176 H224 V190 H108 Z", "deep"),
    rect(258, 176, 54, 92, "deep", 14),
    line("M270 222 H300", "soft", 7),
)

MOTIFS = {
    "dog bed|bed": _DOG_BED,
    "harness": _HARNESS,
    "leash": _LEASH,
    "collar": _COLLAR,
    "slow feeder": _MAZE_BOWL,
    "bowl": _BOWL,
    "salmon": _FISH_FOOD_BAG,
    "dog food": _DOG_FOOD,
    "cat food": _CANS,
    "treat": _CAT_TREATS,
    "cat tree": _CAT_TREE,
    "scratcher": _SCRATCHER,
    "litter box": _LITTER_BOX,
    "litter": _CAT_LITTER,
    "feather": _FEATHER_WAND,
    "bone": _CHEW_BONE,
    "aquarium": _AQUARIUM,
    "fish": _FISH_FLAKES,
    "hamster": _HAMSTER_HOME,
    "carrier": _CARRIER,
    "": sketch(disc(200, 200, 112, "main"), moved(-20, 4, _PAW, scale=1.1)),
}

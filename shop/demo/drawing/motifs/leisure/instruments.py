"""Motifs of musical instruments."""

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
    turned,
)

_BODY = (
    "M200 176 Q252 170 252 212 Q252 232 242 246 Q280 268 272 312 Q262 350 200 350 Q138 350 128 312 "
    "Q120 268 158 246 Q148 232 148 212 Q148 170 200 176 Z"
)


def _guitar(body: str, *extras: str) -> str:
    return turned(
        36,
        path(_BODY, body),
        rect(190, 66, 20, 160, "brown"),
        path("M182 70 L178 28 Q200 18 222 28 L218 70 Z", "ink"),
        *(disc(x, y, 5, "gold") for x in (174, 226) for y in (36, 48, 60)),
        *(line(f"M191 {y} H209", "steel", 3) for y in range(88, 180, 18)),
        *extras,
        rect(172, 306, 56, 12, "ink", 4),
        line("M195 70 V308 M205 70 V308", "paper", 2),
    )


_ACOUSTIC = _guitar(
    "wood",
    disc(200, 240, 32, "bark"),
    disc(200, 240, 25, "ink"),
    path("M228 256 Q254 270 240 296 Q222 284 220 264 Z", "main"),
)
_CLASSICAL = _guitar(
    "gold",
    disc(200, 240, 32, "main"),
    disc(200, 240, 22, "brown"),
    rect(158, 302, 84, 18, "bark", 4),
)
_ELECTRIC = turned(
    36,
    path(
        "M176 192 Q128 152 124 206 Q130 238 142 256 Q108 300 138 334 Q200 362 262 334 Q292 300 "
        "258 256 "
        "Q276 226 274 178 Q238 176 224 200 Z",
        "main",
    ),
    path("M216 210 Q262 236 246 308 Q222 322 210 300 Z", "paper"),
    rect(190, 66, 20, 160, "brown"),
    path("M182 72 L176 34 Q200 10 232 24 L218 72 Z", "ink"),
    *(disc(176 - k, 40 + 10 * k, 5, "gold") for k in range(3)),
    *(line(f"M191 {y} H209", "steel", 3) for y in range(88, 190, 18)),
    rect(172, 232, 56, 18, "ink", 5),
    rect(172, 266, 56, 18, "ink", 5),
    rect(176, 304, 48, 14, "steel", 4),
    disc(246, 322, 7, "gold"),
    line("M195 70 V306 M205 70 V306", "paper", 2),
)
_UKULELE = turned(
    30,
    path(_BODY, "bark"),
    rect(188, 96, 24, 130, "brown"),
    path("M178 100 L182 52 H218 L222 100 Z", "main"),
    *(disc(x, y, 6, "paper") for x in (174, 226) for y in (64, 84)),
    *(line(f"M189 {y} H211", "steel", 3) for y in range(116, 190, 18)),
    disc(200, 240, 29, "gold"),
    disc(200, 240, 22, "ink"),
    rect(174, 304, 52, 12, "ink", 4),
    line("M192 100 V306 M200 100 V306 M208 100 V306", "paper", 2),
)
_AMPLIFIER = sketch(
    ground(110),
    line("M160 100 Q200 72 240 100", "ink", 12),
    rect(84, 98, 232, 214, "ink", 16),
    rect(98, 112, 204, 40, "main", 6),
    *(disc(x, 132, 10, "paper") for x in (122, 156, 190, 224)),
    disc(278, 132, 7, "red"),
    rect(98, 164, 204, 134, "bark", 6),
    disc(200, 231, 58, "brown"),
    ring(200, 231, 40, "bark", 5),
    disc(200, 231, 20, "ink"),
)


def _keys(x: int, y: int, count: int) -> str:
    """Return white keys, 20 wide and 70 tall, with black ones between them."""
    blacks = (k for k in range(1, count) if k % 7 not in {0, 3})
    return sketch(
        *(rect(x + 20 * k, y, 18, 70, "white", 3) for k in range(count)),
        *(rect(x + 20 * k - 7, y, 12, 42, "ink", 2) for k in blacks),
    )


_PIANO = sketch(
    ground(140),
    path("M104 230 L84 308 H104 L122 230 Z M296 230 L316 308 H296 L278 230 Z", "iron"),
    line("M108 276 H292", "iron", 9),
    path("M140 84 H260 L268 128 H132 Z", "paper"),
    line("M154 102 H246 M150 116 H250", "iron", 4),
    rect(46, 124, 308, 40, "main", 8),
    rect(46, 156, 308, 84, "deep", 8),
    _keys(60, 162, 14),
    rect(284, 136, 46, 14, "glow", 4),
)
_KEYBOARD = turned(
    -10,
    rect(44, 118, 312, 164, "main", 18),
    rect(156, 132, 84, 34, "glow", 5),
    *(line(f"M{x} {y} h34", "ink", 5) for x in (64, 106) for y in (138, 150, 162)),
    *(disc(x, 149, 9, "accent") for x in (266, 294, 322)),
    rect(54, 180, 292, 90, "ink", 6),
    _keys(61, 188, 14),
)
_VIOLIN = sketch(
    turned(
        28,
        path(
            "M200 160 Q246 156 244 198 Q242 212 226 222 Q226 240 242 248 Q264 276 250 310 "
            "Q236 336 200 336 Q164 336 150 310 Q136 276 158 248 Q174 240 174 222 Q158 212 156 198 "
            "Q154 156 200 160 Z",
            "bark",
        ),
        rect(191, 70, 18, 166, "ink"),
        path("M190 76 Q176 40 204 36 Q226 40 212 76 Z", "brown"),
        on_both_sides(line("M180 230 q-10 18 -2 38", "ink", 5)),
        rect(180, 248, 40, 9, "glow", 3),
        path("M188 272 H212 L206 328 H194 Z", "ink"),
        line("M196 80 V274 M204 80 V274", "paper", 2),
        oval(166, 314, 20, 12, "ink"),
    ),
    line("M78 120 L246 340", "wood", 8),
    line("M90 112 L256 330", "paper", 4),
)
_CAJON = sketch(
    ground(90),
    path("M116 92 L148 70 H300 L276 92 Z", "main"),
    path("M274 92 L300 70 V288 L274 312 Z", "deep"),
    rect(114, 90, 162, 222, "wood", 4),
    rect(126, 102, 138, 198, "glow", 4),
    line("M136 156 Q196 132 256 156 M136 236 Q196 212 256 236", "wood", 5),
    *(disc(x, y, 5, "iron") for x in (136, 254) for y in (112, 290)),
)
_DRUMS = sketch(
    ground(140),
    line(
        "M80 136 V300 M320 136 V300 M80 300 L62 310 M80 300 L98 310 M320 300 L302 310 M320 300 "
        "L338 310",
        "iron",
        7,
    ),
    on_both_sides(oval(80, 128, 50, 11, "gold")),
    *(
        sketch(rect(x, 126, 66, 54, "main", 6), oval(x + 33, 128, 34, 12, "paper"))
        for x in (128, 206)
    ),
    rect(60, 208, 78, 50, "main", 6),
    oval(99, 210, 40, 12, "paper"),
    rect(264, 214, 76, 64, "main", 6),
    oval(302, 216, 39, 12, "paper"),
    disc(200, 240, 76, "deep"),
    disc(200, 240, 62, "paper"),
    disc(200, 240, 24, "accent"),
)
_HARMONICA = turned(
    -12,
    path("M62 168 Q62 138 96 138 H304 Q338 138 338 168 L326 192 H74 Z", "steel"),
    path("M74 222 H326 L338 240 Q338 268 304 268 H96 Q62 268 62 240 Z", "steel"),
    rect(70, 184, 260, 44, "main", 6),
    *(rect(x, 194, 15, 24, "ink", 2) for x in range(84, 308, 24)),
    line("M110 160 H290", "white", 8),
    *(disc(x, 250, 6, "iron") for x in (90, 310)),
)
_MICROPHONE = sketch(
    ground(80),
    line("M126 150 V194 Q130 258 200 258 Q270 258 274 194 V150", "iron", 11),
    line("M200 258 V300", "iron", 13),
    rect(132, 294, 136, 18, "ink", 9),
    rect(152, 64, 96, 166, "main", 46),
    path("M152 150 V110 Q152 64 200 64 Q248 64 248 110 V150 Z", "steel"),
    line(
        "M160 96 H240 M154 116 H246 M154 136 H246 M176 70 V146 M200 66 V146 M224 70 V146", "iron", 4
    ),
    disc(200, 186, 11, "glow"),
)

MOTIFS = {
    "classical guitar": _CLASSICAL,
    "electric guitar": _ELECTRIC,
    "amplifier": _AMPLIFIER,
    "guitar": _ACOUSTIC,
    "ukulele": _UKULELE,
    "piano": _PIANO,
    "keyboard": _KEYBOARD,
    "violin": _VIOLIN,
    "cajón|cajon": _CAJON,
    "drum": _DRUMS,
    "harmonica": _HARMONICA,
    "microphone": _MICROPHONE,
    "": _ACOUSTIC,
}

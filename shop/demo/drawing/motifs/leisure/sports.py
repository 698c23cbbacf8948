"""Motifs of sports and outdoors."""

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

_TENT = sketch(
    ground(140),
    path("M200 92 L340 312 H60 Z", "main"),
    path("M200 92 L60 312 H150 Z", "soft"),
    path("M200 140 L262 312 H150 Z", "ink"),
    path("M200 140 L228 312 H262 Z", "accent"),
    line("M200 92 L188 72 M200 92 L212 72", "bark", 8),
)
_FAMILY_TENT = sketch(
    ground(150),
    path("M116 118 H284 L346 312 H54 Z", "main"),
    path("M116 118 H284 L300 168 H100 Z", "deep"),
    path("M170 312 V206 Q200 176 230 206 V312 Z", "ink"),
    path("M200 312 V190 Q230 196 230 216 V312 Z", "accent"),
    on_both_sides(rect(104, 204, 44, 40, "glow", 8)),
    on_both_sides(line("M58 300 L36 312", "bark", 6)),
)
_SLEEPING_BAG = turned(
    16,
    path(
        "M124 140 Q124 60 200 60 Q276 60 276 140 L256 318 Q250 340 200 340 Q150 340 144 318 Z",
        "main",
    ),
    path("M150 136 Q150 88 200 88 Q250 88 250 136 Q250 168 200 168 Q150 168 150 136 Z", "ink"),
    oval(200, 140, 42, 24, "paper"),
    *(
        line(
            f"M{140 + k * 3} {194 + k * 30} Q200 {212 + k * 30} {260 - k * 3} {194 + k * 30}",
            "soft",
            7,
        )
        for k in range(5)
    ),
    line("M262 150 L244 316", "accent", 6),
)
_SLEEPING_PAD = sketch(
    ground(130),
    path("M92 140 H328 L300 280 H64 Z", "main"),
    *(line(f"M{x} 150 L{x - 22} 270", "deep", 7) for x in (134, 174, 214, 254, 294)),
    path("M64 280 H300 L296 304 H66 Z", "deep"),
    rect(300, 262, 34, 16, "accent", 5),
)
_BACKPACK = sketch(
    ground(90),
    line("M168 92 Q200 48 232 92", "ink", 11),
    on_both_sides(rect(86, 208, 34, 84, "deep", 14)),
    path(
        "M108 300 V158 Q108 80 200 80 Q292 80 292 158 V300 Q292 312 280 312 H120 Q108 312 108 "
        "300 Z",
        "main",
    ),
    path("M108 176 V150 Q110 80 200 80 Q290 80 292 150 V176 Z", "deep"),
    rect(134, 206, 132, 88, "soft", 16),
    line("M134 234 H266", "deep", 6),
    on_both_sides(rect(146, 162, 16, 42, "accent", 5)),
)
_ROLL_TOP = sketch(
    ground(90),
    rect(112, 128, 176, 184, "main", 20),
    rect(102, 92, 196, 54, "deep", 24),
    line("M124 118 H276", "soft", 7),
    line("M200 138 V212", "ink", 12),
    rect(184, 196, 32, 26, "gold", 6),
    rect(138, 238, 124, 54, "deep", 10),
    rect(262, 250, 14, 30, "accent", 4),
)
_BOTTLE = sketch(
    ground(70),
    line("M176 70 Q200 34 224 70", "ink", 11),
    rect(160, 66, 80, 44, "ink", 10),
    rect(136, 106, 128, 206, "main", 26),
    rect(136, 142, 128, 10, "deep"),
    path("M200 186 L232 242 H168 Z", "accent"),
    line("M156 172 V276", "soft", 10),
)
_STOVE = sketch(
    ground(90),
    rect(134, 84, 132, 96, "steel", 10),
    rect(126, 76, 148, 16, "iron", 8),
    line("M268 112 H320", "ink", 12),
    path(
        "M168 220 Q160 196 180 184 Q190 204 200 180 Q214 204 222 186 Q240 200 232 220 Z", "accent"
    ),
    line("M136 190 H264 M156 190 L180 224 M244 190 L220 224", "ink", 8),
    rect(178, 218, 44, 22, "iron", 4),
    rect(144, 238, 112, 74, "main", 20),
    rect(144, 262, 112, 18, "glow"),
)
_HEADLAMP = sketch(
    path("M200 216 L84 330 H316 Z", "glow"),
    line("M120 212 C70 60 330 60 280 212", "main", 24),
    line("M134 164 C150 88 250 88 266 164", "deep", 6),
    rect(140, 160, 120, 92, "ink", 22),
    disc(200, 206, 38, "steel"),
    disc(200, 206, 26, "glow"),
    disc(200, 152, 10, "red"),
)
_CAMP_CHAIR = sketch(
    ground(110),
    line("M112 306 L250 190 M288 306 L150 190", "iron", 10),
    line("M112 306 L122 90 M288 306 L278 90", "iron", 9),
    path("M116 82 Q200 112 284 82 L268 214 Q200 262 132 214 Z", "main"),
    path("M126 192 Q200 236 274 192 L266 250 Q200 284 134 250 Z", "deep"),
    line("M150 118 Q200 134 250 118", "soft", 7),
)


def _bicycle(frame: str, *extras: str) -> str:
    return sketch(
        ground(150),
        *(ring(x, 244, 62, "ink", 10) for x in (112, 288)),
        *(disc(x, 244, 10, "iron") for x in (112, 288)),
        line("M112 244 L158 160 H262 L196 244 H112 M196 244 L152 144", frame, 11),
        line("M288 244 L254 130", frame, 11),
        line("M254 130 H286 Q300 132 294 152", "ink", 10),
        line("M132 140 H176", "ink", 14),
        disc(196, 244, 18, "accent"),
        line("M196 244 L214 272 M204 272 H226", "ink", 8),
        *extras,
    )


_BIKE = _bicycle("main")
_KIDS_BIKE = moved(
    0,
    8,
    _bicycle(
        "main",
        line("M254 130 Q262 104 290 108", "ink", 10),
        rect(270, 128, 48, 36, "red", 6),
        disc(282, 146, 7, "glow"),
    ),
)
_HELMET = sketch(
    path("M72 222 Q74 96 200 92 Q326 96 330 222 Q330 240 310 240 H92 Q72 240 72 222 Z", "main"),
    *(
        path(d, "ink")
        for d in (
            "M128 190 Q136 132 176 122 L166 190 Z",
            "M186 190 L192 118 H216 L222 190 Z",
            "M242 190 L236 122 Q270 132 280 190 Z",
        )
    ),
    rect(72, 214, 258, 28, "deep", 14),
    line("M112 242 Q140 322 196 316 M280 242 Q240 322 196 316", "ink", 9),
    rect(180, 304, 34, 22, "accent", 6),
    rect(308, 196, 22, 28, "red", 6),
)
_PUMP = sketch(
    ground(100),
    line("M236 250 C330 250 330 130 276 120", "ink", 10),
    rect(130, 66, 140, 26, "bark", 13),
    line("M200 90 V160", "steel", 12),
    rect(182, 140, 36, 130, "main", 8),
    disc(200, 254, 40, "ink"),
    disc(200, 254, 30, "paper"),
    line("M200 254 L216 236", "red", 6),
    rect(120, 296, 160, 16, "ink", 8),
)
_YOGA_MAT = sketch(
    ground(130),
    path("M132 268 H330 Q344 268 344 284 V312 H132 Z", "soft"),
    rect(92, 110, 96, 202, "main", 40),
    rect(92, 110, 96, 96, "main", 48),
    disc(140, 264, 48, "main"),
    ring(140, 264, 34, "deep", 7),
    ring(140, 264, 16, "deep", 7),
    path("M140 312 H344 V296 H140 Z", "deep"),
)
_YOGA_BLOCKS = sketch(
    ground(120),
    path("M90 214 L120 186 H330 L300 214 Z", "glow"),
    rect(90, 212, 212, 100, "wood", 8),
    path("M300 214 L330 186 V284 L302 310 Z", "bark"),
    turned(
        -14,
        rect(130, 92, 180, 84, "wood", 8),
        *(
            disc(x, y, 5, "bark")
            for x, y in ((154, 116), (190, 146), (226, 112), (262, 150), (288, 120))
        ),
    ),
    *(
        disc(x, y, 5, "bark")
        for x, y in ((116, 240), (160, 282), (200, 244), (246, 286), (278, 240))
    ),
)
_DUMBBELLS = sketch(
    moved(
        0,
        -94,
        _DUMBBELL := sketch(
            rect(130, 246, 140, 22, "steel", 8),
            on_both_sides(
                rect(106, 206, 32, 102, "main", 10),
                rect(78, 222, 30, 70, "deep", 10),
                rect(62, 244, 20, 26, "iron", 6),
            ),
        ),
    ),
    ground(140),
    moved(0, 4, _DUMBBELL),
)
_KETTLEBELL = sketch(
    ground(90),
    line("M152 186 L142 120 Q142 92 170 92 H230 Q258 92 258 120 L248 186", "ink", 25),
    disc(200, 228, 88, "main"),
    rect(142, 294, 116, 18, "main", 6),
    disc(200, 230, 44, "soft"),
    line("M176 230 H224 M200 206 V254", "deep", 11),
)


def _band(x: int, colour: str, width: int) -> str:
    loop = "M0 96 Q24 96 24 130 V264 Q24 298 0 298 Q-24 298 -24 264 V130 Q-24 96 0 96 Z"
    return moved(x, 0, line(loop, colour, width))


_BANDS = sketch(
    _band(92, "gold", 5),
    _band(146, "leaf", 8),
    _band(200, "accent", 11),
    _band(254, "main", 14),
    _band(308, "ink", 17),
)
_SOCCER_BALL = sketch(
    ground(90),
    disc(200, 200, 112, "paper"),
    path("M200 152 L246 186 L228 240 H172 L154 186 Z", "main"),
    *(
        turned(
            72 * k,
            path("M166 92 Q200 80 234 92 L222 122 H178 Z", "main"),
            line("M200 152 V122", "main", 6),
        )
        for k in range(5)
    ),
)
_BASKETBALL = sketch(
    ground(90),
    disc(200, 200, 112, "orange"),
    line("M200 88 V312 M88 200 H312 M122 120 Q190 200 122 280 M278 120 Q210 200 278 280", "ink", 7),
)
_RACKET = sketch(
    turned(
        38,
        rect(188, 240, 24, 116, "ink", 10),
        path("M164 196 L194 262 H206 L236 196 Z", "deep"),
        oval(200, 132, 78, 96, "main"),
        oval(200, 132, 62, 80, "paper"),
        *(line(f"M{x} 70 V194", "steel", 3) for x in (164, 182, 200, 218, 236)),
        *(line(f"M146 {y} H254", "steel", 3) for y in (92, 112, 132, 152, 172)),
    ),
    disc(296, 270, 30, "gold"),
    line("M276 250 Q296 268 286 296", "white", 5),
)
_KAYAK = sketch(
    line("M84 110 L316 290", "wood", 11),
    path(
        "M56 76 Q104 84 104 122 Q64 122 56 76 Z M344 324 Q296 316 296 278 Q336 278 344 324 Z", "ink"
    ),
    path("M40 196 Q110 142 200 142 Q290 142 360 196 Q290 262 200 262 Q110 262 40 196 Z", "main"),
    path("M84 196 Q140 170 200 170 Q260 170 316 196 Q260 228 200 228 Q140 228 84 196 Z", "deep"),
    on_both_sides(rect(122, 182, 60, 30, "accent", 13)),
    line("M70 296 q20 -14 40 0 t40 0 t40 0 t40 0 t40 0", "water", 9),
)
_SNOWSHOES = sketch(
    *(
        turned(
            k * 9,
            moved(
                k * 58,
                0,
                path(
                    "M200 60 Q248 60 248 130 Q248 200 222 320 Q200 346 178 320 "
                    "Q152 200 152 130 Q152 60 200 60 Z",
                    "main",
                ),
                path(
                    "M200 80 Q230 80 230 134 Q228 196 208 300 "
                    "H192 Q172 196 170 134 Q170 80 200 80 Z",
                    "paper",
                ),
                rect(164, 150, 72, 62, "ink", 12),
                line("M172 168 H228 M172 192 H228", "accent", 8),
                line(
                    "M176 110 L224 130 M224 110 L176 130 M188 240 L212 260 M212 240 L188 260",
                    "iron",
                    4,
                ),
            ),
        )
        for k in (-1, 1)
    ),
)
_FISHING_ROD = sketch(
    line("M76 316 L308 64", "bark", 8),
    line("M76 316 L122 266", "wood", 20),
    disc(156, 260, 38, "main"),
    disc(156, 260, 20, "deep"),
    disc(156, 260, 7, "paper"),
    line("M308 64 Q340 140 296 232", "iron", 4),
    path("M262 250 Q292 222 318 250 L340 234 V272 L318 256 Q292 282 262 250 Z", "accent"),
    disc(280, 248, 4, "ink"),
)

MOTIFS = {
    "family tent": _FAMILY_TENT,
    "tent": _TENT,
    "sleeping bag": _SLEEPING_BAG,
    "sleeping pad": _SLEEPING_PAD,
    "commuter backpack|roll-top": _ROLL_TOP,
    "backpack": _BACKPACK,
    "bottle": _BOTTLE,
    "stove": _STOVE,
    "headlamp": _HEADLAMP,
    "chair": _CAMP_CHAIR,
    "helmet": _HELMET,
    "kids' bike": _KIDS_BIKE,
    "bike": _BIKE,
    "pump": _PUMP,
    "mat": _YOGA_MAT,
    "yoga block": _YOGA_BLOCKS,
    "dumbbell": _DUMBBELLS,
    "kettlebell": _KETTLEBELL,
    "resistance band": _BANDS,
    "basketball": _BASKETBALL,
    "soccer ball|ball": _SOCCER_BALL,
    "racket": _RACKET,
    "kayak": _KAYAK,
    "snowshoe": _SNOWSHOES,
    "rod": _FISHING_ROD,
    "": _TENT,
}

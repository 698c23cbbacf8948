"""Motifs of garden."""

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

_FLOWER = sketch(
    *(
        disc(x, y, 20, "accent")
        for x, y in ((200, 120), (228, 140), (217, 173), (183, 173), (172, 140))
    ),
    disc(200, 148, 17, "glow"),
)
_SECATEURS = turned(
    28,
    line("M196 196 Q166 260 172 330", "main", 22),
    line("M204 196 Q240 254 228 330", "main", 22),
    path("M190 206 Q150 130 184 58 Q226 110 214 206 Z", "steel"),
    path("M214 206 Q252 150 232 90 Q224 150 196 186 Z", "iron"),
    disc(202, 198, 14, "ink"),
    line("M184 250 L216 250", "iron", 6),
)
_TROWEL_AND_FORK = sketch(
    turned(
        -16,
        rect(128, 196, 24, 130, "wood", 12),
        line("M140 200 V160", "iron", 10),
        path("M106 168 V112 Q112 76 140 56 Q168 76 174 112 V168 Z", "main"),
    ),
    turned(
        16,
        rect(248, 196, 24, 130, "wood", 12),
        line("M260 200 V140", "iron", 10),
        line("M228 70 V120 Q228 144 260 144 Q292 144 292 120 V70 M260 66 V140", "main", 11),
    ),
)
_SPADE = turned(
    30,
    line("M200 60 V230", "wood", 15),
    path("M164 40 H236 L214 84 H186 Z M182 54 L192 72 H208 L218 54 Z", "bark"),
    path("M146 214 H254 V280 Q246 334 200 356 Q154 334 146 280 Z", "main"),
    rect(184, 196, 32, 60, "deep", 8),
)
_WATERING_CAN = sketch(
    ground(100),
    line("M236 190 Q326 176 312 262 L292 290", "deep", 13),
    line("M160 178 Q200 96 246 178", "deep", 13),
    path("M152 262 L84 162 L98 152 L152 214 Z", "deep"),
    path("M60 176 L104 132 L112 142 L72 188 Z", "accent"),
    path("M140 178 H266 L280 312 H128 Z", "main"),
    rect(134, 170, 138, 16, "deep", 8),
    line("M158 210 L150 280", "soft", 9),
    *(disc(x, y, 6, "water") for x, y in ((58, 206), (74, 220), (50, 234), (68, 250))),
)
_HOSE = sketch(
    ground(110),
    line("M300 250 Q350 250 342 190", "main", 18),
    ring(192, 214, 88, "main", 22),
    ring(192, 214, 62, "deep", 20),
    ring(192, 214, 38, "main", 20),
    rect(328, 148, 28, 48, "gold", 6),
    path("M332 148 L324 112 H360 L352 148 Z", "iron"),
    *(disc(x, y, 7, "water") for x, y in ((332, 92), (352, 84), (342, 68))),
    line("M192 302 H300 V250", "main", 20),
)
_DRIP = sketch(
    ground(130),
    rect(64, 262, 272, 50, "brown", 8),
    line("M56 212 H344", "main", 16),
    *(
        sketch(
            line(f"M{x} 212 V232", "ink", 9), path(f"M{x} 236 q12 18 0 22 q-12 -4 0 -22 Z", "water")
        )
        for x in (112, 200, 288)
    ),
    *(
        sketch(
            line(f"M{x} 264 V150", "leaf", 8),
            oval(x - 18, 150, 20, 11, "leaf"),
            oval(x + 18, 136, 20, 11, "leaf"),
        )
        for x in (156, 244)
    ),
)
_RAISED_BED = sketch(
    ground(140),
    *(
        sketch(
            line(f"M{x} 226 V160", "leaf", 8),
            oval(x - 18, 170, 20, 12, "leaf"),
            oval(x + 18, 156, 20, 12, "leaf"),
            disc(x, 140, 14, c),
        )
        for x, c in ((116, "red"), (172, "gold"), (228, "red"), (284, "gold"))
    ),
    rect(66, 216, 268, 20, "brown", 4),
    rect(56, 228, 288, 38, "wood", 4),
    rect(56, 272, 288, 40, "wood", 4),
    on_both_sides(rect(76, 222, 22, 90, "bark", 3)),
)
_POTS = sketch(
    ground(130),
    path("M192 212 H316 L300 312 H208 Z", "main"),
    rect(184, 196, 140, 26, "deep", 6),
    path("M88 246 H184 L172 312 H100 Z", "main"),
    rect(80, 234, 112, 20, "deep", 6),
    line("M254 196 V120", "leaf", 8),
    path(
        "M254 176 Q210 170 206 126 Q252 130 254 176 Z M254 150 Q258 104 302 100 Q300 146 254 150 Z",
        "leaf",
    ),
    path("M136 236 Q112 222 118 190 Q140 204 136 236 Q140 200 164 194 Q164 226 136 236 Z", "leaf"),
)
_PLANTER = sketch(
    ground(130),
    *(
        path(
            f"M{x} 216 Q{x - 36} 178 {x - 22} 128 Q{x + 8} 168 {x} 216 Q{x + 6} 160 {x + 36} 146 "
            f"Q{x + 40} 192 {x} 216 Z",
            "leaf",
        )
        for x in (124, 200, 276)
    ),
    path("M64 208 H336 L320 312 H80 Z", "main"),
    rect(56, 196, 288, 26, "deep", 8),
    path("M276 250 q20 28 0 36 q-20 -8 0 -36 Z", "water"),
)


def _seed_packet(*picture: str) -> str:
    return sketch(
        turned(-9, rect(98, 70, 170, 248, "accent", 6)),
        turned(
            5,
            rect(112, 68, 180, 252, "paper", 6),
            rect(112, 68, 180, 50, "main", 6),
            line("M146 94 H258", "paper", 10),
            moved(0, 40, *picture),
            line("M150 300 H254", "soft", 8),
        ),
    )


_TOMATO_SEEDS = _seed_packet(
    disc(200, 164, 56, "red"),
    path("M200 126 L160 112 L188 106 L200 84 L212 106 L240 112 Z", "leaf"),
    line("M168 162 Q170 142 184 136", "white", 7),
)
_FLOWER_SEEDS = _seed_packet(
    line("M200 160 V238", "leaf", 8),
    path("M200 226 Q160 226 156 192 Q196 192 200 226 Z", "leaf"),
    _FLOWER,
)
_SALAD_SEEDS = _seed_packet(
    path("M200 230 Q120 214 136 150 Q150 96 200 96 Q250 96 264 150 Q280 214 200 230 Z", "leaf"),
    line("M200 224 V124 M200 190 L166 158 M200 190 L234 158", "paper", 6),
)
_KETTLE_GRILL = sketch(
    ground(100),
    line("M156 226 L118 304 M244 226 L282 304", "iron", 11),
    disc(118, 298, 14, "ink"),
    path("M92 184 H308 Q304 256 200 256 Q96 256 92 184 Z", "deep"),
    path("M92 172 Q98 84 200 84 Q302 84 308 172 Z", "main"),
    rect(84, 170, 232, 14, "steel", 5),
    rect(176, 66, 48, 20, "ink", 8),
    line("M124 148 Q134 116 166 106", "soft", 9),
)
_GAS_GRILL = sketch(
    ground(120),
    line("M122 250 L270 308 M278 250 L130 308", "iron", 10),
    path("M96 190 V150 Q96 100 150 100 H250 Q304 100 304 150 V190 Z", "main"),
    rect(88, 190, 224, 62, "ink", 10),
    on_both_sides(rect(48, 194, 44, 14, "wood", 4)),
    line("M150 152 H250", "steel", 10),
    on_both_sides(disc(160, 222, 14, "steel")),
    disc(200, 222, 9, "red"),
)
_FIRE_PIT = sketch(
    ground(120),
    path(
        "M200 84 Q262 150 252 206 H148 Q130 160 172 132 Q176 156 188 160 Q206 128 200 84 Z",
        "accent",
    ),
    path("M204 142 Q234 178 226 208 H176 Q168 180 188 172 Q202 166 204 142 Z", "glow"),
    line("M138 214 L262 192 M138 192 L262 214", "bark", 16),
    path("M76 214 H324 Q310 288 200 288 Q90 288 76 214 Z", "main"),
    rect(68, 206, 264, 18, "ink", 8),
    on_both_sides(line("M130 276 L112 308", "ink", 11)),
)
_BIRD_FEEDER = sketch(
    line("M200 40 V88", "ink", 6),
    path("M200 76 L312 152 H88 Z", "main"),
    rect(128, 152, 144, 108, "glass", 2),
    path("M132 196 Q200 178 268 196 V260 H132 Z", "gold"),
    on_both_sides(rect(122, 150, 14, 112, "wood")),
    rect(84, 258, 232, 24, "wood", 6),
    path("M250 258 Q248 216 286 214 Q296 202 310 212 L326 220 L310 228 Q310 258 274 258 Z", "red"),
    disc(304, 218, 4, "ink"),
)
_ADIRONDACK = sketch(
    ground(110),
    *(
        path(
            f"M{168 + 16 * k} 232 L{152 + 24 * k} {92 - (8, 16, 20, 16, 8)[k]} "
            f"h18 L{184 + 16 * k} 232 Z",
            "main",
        )
        for k in range(5)
    ),
    line("M134 140 H272", "deep", 9),
    path("M112 228 H288 L306 256 H94 Z", "soft"),
    rect(94, 254, 212, 16, "main", 4),
    on_both_sides(rect(70, 198, 76, 16, "deep", 6), rect(82, 212, 18, 100, "main", 4)),
)
_BISTRO = sketch(
    ground(140),
    oval(200, 196, 72, 14, "main"),
    line("M164 206 L232 306 M236 206 L168 306", "deep", 9),
    on_both_sides(
        line("M70 136 V306 M70 232 H128 M124 232 V306", "ink", 9),
        rect(62, 134, 16, 74, "accent", 6),
        rect(68, 222, 66, 14, "accent", 6),
    ),
    rect(190, 150, 20, 40, "glass", 4),
    line("M200 152 V124", "leaf", 6),
    disc(200, 118, 13, "red"),
)
_MOWER = sketch(
    ground(130),
    line("M160 258 L308 92", "iron", 13),
    line("M276 84 L336 124", "ink", 16),
    rect(92, 232, 120, 40, "main", 10),
    disc(138, 262, 50, "ink"),
    ring(138, 262, 34, "accent", 8),
    *(line(f"M138 262 L{x} {y}", "steel", 7) for x, y in ((138, 228), (170, 274), (106, 274))),
    *(path(f"M{x} 312 l8 -26 l8 26 Z", "leaf") for x in range(206, 330, 18)),
)
_GLOVES = sketch(
    moved(
        -58,
        8,
        turned(
            -10,
            _GLOVE := sketch(
                path(
                    "M156 226 V120 Q156 106 167 106 Q178 106 178 120 V104 Q178 90 190 90 Q202 "
                    "90 202 104 "
                    "V112 Q202 98 214 98 Q226 98 226 112 V130 Q228 118 238 118 Q248 120 248 132 "
                    "V226 Z",
                    "main",
                ),
                path("M156 210 L126 172 Q118 158 128 152 Q138 148 146 158 L170 190 Z", "main"),
                path("M150 226 H254 L266 318 H138 Z", "accent"),
                line("M150 240 H254", "paper", 6),
            ),
        ),
    ),
    moved(66, 8, turned(10, _GLOVE)),
)

MOTIFS = {
    "secateur|pruner|shear": _SECATEURS,
    "trowel": _TROWEL_AND_FORK,
    "spade|shovel": _SPADE,
    "watering can": _WATERING_CAN,
    "hose": _HOSE,
    "irrigation": _DRIP,
    "garden bed": _RAISED_BED,
    "planter": _PLANTER,
    "pot": _POTS,
    "tomato": _TOMATO_SEEDS,
    "salad": _SALAD_SEEDS,
    "seed": _FLOWER_SEEDS,
    "gas grill": _GAS_GRILL,
    "grill": _KETTLE_GRILL,
    "fire pit": _FIRE_PIT,
    "feeder": _BIRD_FEEDER,
    "adirondack": _ADIRONDACK,
    "bistro": _BISTRO,
    "mower": _MOWER,
    "glove": _GLOVES,
    "": _POTS,
}

"""Motifs of office supplies."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    moved,
    on_both_sides,
    path,
    rect,
    ring,
    sketch,
    turned,
)

_CHAIR_FOOT = sketch(
    ground(100),
    line("M200 240 V286", "iron", 15),
    line("M122 300 L200 280 L278 300 M200 280 V300", "ink", 12),
    *(disc(x, 304, 9, "ink") for x in (122, 200, 278)),
)
_ERGONOMIC_CHAIR = sketch(
    _CHAIR_FOOT,
    rect(158, 52, 84, 34, "ink", 14),
    line("M200 84 V220", "ink", 12),
    path("M138 116 Q138 94 160 94 H240 Q262 94 262 116 L254 206 H146 Z", "main"),
    *(line(f"M152 {y} H248", "deep", 4) for y in (118, 138, 158, 178)),
    rect(122, 212, 156, 34, "deep", 16),
    on_both_sides(line("M108 176 H134 M120 180 V226", "ink", 11)),
)
_TASK_CHAIR = sketch(
    _CHAIR_FOOT,
    line("M200 170 V230", "ink", 14),
    rect(136, 84, 128, 104, "main", 30),
    rect(118, 214, 164, 34, "main", 17),
    line("M160 110 H222", "soft", 8),
)
_STANDING_DESK = sketch(
    ground(140),
    *(
        sketch(
            rect(x, 170, 24, 80, "iron"),
            rect(x + 4, 240, 16, 64, "steel"),
            rect(x - 24, 300, 72, 12, "ink", 6),
        )
        for x in (96, 280)
    ),
    rect(56, 154, 288, 20, "wood", 6),
    rect(136, 76, 116, 66, "ink", 6),
    rect(143, 83, 102, 50, "main", 2),
    rect(186, 140, 16, 16, "iron"),
    line("M200 270 V206 M180 226 L200 204 L220 226", "accent", 9),
    path("M288 154 L282 124 H318 L312 154 Z", "accent"),
)
_DESK = sketch(
    ground(140),
    on_both_sides(path("M72 184 H90 L84 312 H74 Z", "bark")),
    rect(60, 170, 280, 46, "wood", 6),
    rect(54, 158, 292, 18, "bark", 6),
    *(rect(x, 184, 122, 26, "glow", 3) for x in (72, 206)),
    disc(133, 197, 5, "bark"),
    disc(267, 197, 5, "bark"),
    rect(92, 140, 76, 18, "main", 3),
    line("M292 156 V118 L262 96", "ink", 7),
    path("M248 84 L276 98 L252 122 L228 98 Z", "accent"),
)
_FILING_CABINET = sketch(
    ground(90),
    rect(112, 92, 176, 220, "main", 10),
    *(
        sketch(
            rect(124, y, 152, 92, "soft", 5),
            rect(168, y + 40, 64, 12, "ink", 6),
            rect(176, y + 14, 48, 18, "paper", 2),
        )
        for y in (106, 206)
    ),
    disc(264, 116, 5, "ink"),
)
_NOTEBOOK = sketch(
    turned(
        -6,
        rect(110, 74, 190, 252, "paper", 10),
        rect(102, 70, 190, 252, "main", 10),
        rect(102, 70, 26, 252, "deep", 10),
        rect(262, 70, 10, 252, "accent"),
        rect(150, 120, 90, 46, "paper", 5),
        line("M166 142 H224", "iron", 6),
        path("M180 322 H194 V348 L187 340 L180 348 Z", "red"),
    ),
)
_NOTEBOOKS = sketch(
    turned(14, rect(130, 84, 150, 212, "accent", 8)),
    turned(3, rect(120, 88, 150, 212, "deep", 8)),
    turned(
        -9,
        rect(108, 96, 150, 212, "main", 8),
        line("M118 100 V304", "soft", 5),
        *(line(f"M148 {y} H228", "paper", 6) for y in (142, 164)),
    ),
)
_PLANNER = sketch(
    turned(
        -3,
        rect(62, 106, 276, 200, "paper", 8),
        rect(62, 106, 276, 40, "main", 8),
        *(line(f"M{x} 156 V294", "steel", 4) for x in (116, 171, 226, 281)),
        line("M72 220 H328", "steel", 4),
        *(
            line(f"M{x} {y} h26", c, 9)
            for x, y, c in (
                (76, 176, "accent"),
                (131, 196, "main"),
                (186, 244, "red"),
                (241, 176, "leaf"),
                (296, 260, "accent"),
                (131, 270, "soft"),
            )
        ),
        *(ring(x, 106, 9, "ink", 5) for x in (110, 170, 230, 290)),
    ),
)
_FOUNTAIN_PEN = turned(
    -45,
    rect(150, 178, 200, 44, "main", 20),
    rect(150, 178, 20, 44, "gold"),
    path("M150 184 H108 L46 200 L108 216 H150 Z", "gold"),
    line("M52 200 H104", "ink", 4),
    disc(108, 200, 7, "ink"),
    rect(112, 182, 40, 36, "ink", 4),
    line("M260 170 H336", "gold", 8),
    line("M190 190 H240", "soft", 6),
)
_PENS = sketch(
    *(
        turned(
            a,
            moved(
                x,
                0,
                rect(186, 92, 28, 190, c, 8),
                rect(186, 92, 28, 70, "ink", 8),
                path("M186 280 H214 L203 318 H197 Z", "steel"),
            ),
        )
        for a, x, c in (
            (-8, -84, "red"),
            (-4, -42, "gold"),
            (0, 0, "leaf"),
            (4, 42, "water"),
            (8, 84, "main"),
        )
    ),
)
_MECHANICAL_PENCIL = turned(
    -45,
    rect(120, 184, 200, 32, "gold", 6),
    *(line(f"M{x} 186 V214", "bark", 3) for x in range(132, 196, 9)),
    path("M120 184 L76 196 V204 L120 216 Z", "steel"),
    line("M76 200 H52", "ink", 4),
    rect(320, 190, 22, 20, "iron", 5),
    rect(342, 193, 16, 14, "main", 4),
    line("M236 176 H312", "iron", 8),
)
_INK_BOTTLE = sketch(
    ground(90),
    rect(150, 88, 100, 54, "ink", 8),
    *(line(f"M{x} 96 V134", "iron", 4) for x in range(162, 246, 15)),
    rect(166, 140, 68, 26, "glass"),
    path("M104 312 V202 Q104 160 150 160 H250 Q296 160 296 202 V312 Z", "glass"),
    path("M114 302 V210 H286 V302 Z", "main"),
    rect(142, 222, 116, 56, "paper", 5),
    path("M200 230 q22 32 0 40 q-22 -8 0 -40 Z", "deep"),
)
_STAPLER = sketch(
    ground(130),
    rect(56, 286, 288, 26, "ink", 10),
    rect(70, 276, 54, 14, "steel", 4),
    path("M262 290 V196 H322 V290 Z", "deep"),
    turned(
        12,
        rect(62, 204, 262, 24, "steel", 6),
        path("M56 210 V186 Q56 146 100 142 H292 Q334 146 334 190 V210 Z", "main"),
        line("M92 172 H226", "soft", 9),
    ),
    disc(292, 226, 13, "steel"),
)
_TAPE = sketch(
    ground(130),
    disc(180, 190, 82, "gold"),
    disc(180, 190, 60, "glow"),
    disc(180, 190, 46, "ink"),
    disc(180, 190, 12, "steel"),
    path("M180 108 L334 176 V190 L230 150 Z", "gold"),
    path(
        "M60 312 V250 Q64 214 96 206 Q116 250 180 252 Q250 250 270 200 L304 180 L340 188 V312 Z",
        "main",
    ),
    line("M304 184 l7 -10 l7 10 l7 -10 l7 10 l7 -8", "iron", 6),
    line("M92 284 H220", "soft", 9),
)
_PAPER = sketch(
    ground(120),
    *(
        sketch(
            path(f"M92 {y} L124 {y - 22} H326 L300 {y} Z", "white"),
            rect(92, y, 208, 32, c, 3),
            path(f"M300 {y} L326 {y - 22} V{y + 10} L300 {y + 32} Z", "steel"),
        )
        for y, c in ((280, "main"), (244, "paper"), (208, "main"), (172, "paper"), (136, "main"))
    ),
)
_ENVELOPES = sketch(
    turned(8, rect(84, 112, 236, 160, "accent", 8)),
    moved(
        0,
        14,
        turned(
            -4,
            rect(76, 118, 248, 166, "paper", 8),
            path("M76 278 L170 200 H230 L324 278 Q322 284 314 284 H84 Z", "steel"),
            path("M80 120 H320 L212 214 Q200 222 188 214 Z", "soft"),
            disc(200, 206, 20, "main"),
        ),
    ),
)
_WHITEBOARD = sketch(
    rect(64, 92, 272, 196, "iron", 10),
    rect(76, 104, 248, 172, "white", 4),
    line("M104 230 L148 180 L184 204 L244 140", "main", 9),
    path("M258 126 L228 132 L250 156 Z", "main"),
    line("M104 136 H168 M104 158 H148", "accent", 8),
    disc(292, 130, 9, "red"),
    rect(96, 284, 208, 14, "steel", 6),
    rect(150, 272, 50, 14, "red", 6),
    rect(214, 272, 50, 14, "leaf", 6),
)
_SHREDDER = sketch(
    ground(90),
    rect(150, 60, 100, 78, "paper", 3),
    line("M168 82 H232 M168 102 H232", "iron", 5),
    rect(96, 124, 208, 64, "ink", 14),
    line("M136 144 H264", "iron", 8),
    disc(280, 166, 7, "glow"),
    path("M108 186 H292 L280 312 H120 Z", "main"),
    rect(146, 206, 108, 86, "deep", 8),
    *(
        line(f"M{x} 286 V{y}", "paper", 6)
        for x, y in (
            (160, 246),
            (174, 232),
            (188, 250),
            (202, 236),
            (216, 252),
            (230, 238),
            (242, 254),
        )
    ),
)
_ORGANIZER = sketch(
    ground(120),
    line("M118 200 L108 110 M142 200 V92", "main", 12),
    line("M166 200 L176 104", "accent", 12),
    rect(214, 120, 60, 110, "paper", 3),
    rect(236, 138, 60, 90, "soft", 3),
    path("M88 184 H196 V312 H88 Z", "wood"),
    rect(196, 214, 116, 98, "bark", 4),
    rect(208, 262, 92, 38, "wood", 4),
    disc(254, 281, 6, "ink"),
)
_PENCIL = sketch(
    rect(180, 96, 40, 190, "gold"),
    rect(193, 96, 14, 190, "accent"),
    path("M180 286 H220 L200 338 Z", "glow"),
    path("M193 318 H207 L200 338 Z", "ink"),
    rect(180, 82, 40, 18, "steel"),
    rect(180, 62, 40, 24, "red", 8),
)
_PENCILS = sketch(
    turned(-16, moved(-56, 4, _PENCIL)),
    turned(16, moved(56, 4, _PENCIL)),
    moved(0, -6, _PENCIL),
)

MOTIFS = {
    "task chair": _TASK_CHAIR,
    "chair": _ERGONOMIC_CHAIR,
    "standing desk": _STANDING_DESK,
    "writing desk": _DESK,
    "cabinet": _FILING_CABINET,
    "notebooks": _NOTEBOOKS,
    "notebook": _NOTEBOOK,
    "planner": _PLANNER,
    "ink": _INK_BOTTLE,
    "fountain pen": _FOUNTAIN_PEN,
    "pens": _PENS,
    "mechanical pencil": _MECHANICAL_PENCIL,
    "pencil": _PENCILS,
    "stapler": _STAPLER,
    "tape": _TAPE,
    "shredder": _SHREDDER,
    "paper": _PAPER,
    "envelope": _ENVELOPES,
    "whiteboard": _WHITEBOARD,
    "organizer": _ORGANIZER,
    "": _NOTEBOOK,
}

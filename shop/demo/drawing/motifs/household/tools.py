"""Motifs of tools."""

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

_DRILL = sketch(
    path("M176 178 H252 L270 286 H200 Z", "ink"),
    rect(182, 270, 116, 42, "deep", 8),
    path("M112 104 H290 Q322 108 322 146 Q322 186 290 190 H112 Z", "main"),
    rect(84, 116, 34, 62, "ink", 6),
    line("M84 147 H38", "steel", 10),
    rect(172, 192, 18, 36, "accent", 8),
    line("M244 130 H296 M244 148 H296 M244 166 H296", "deep", 6),
    rect(206, 284, 44, 12, "accent", 4),
)
_IMPACT_DRIVER = sketch(
    path("M192 182 H262 L276 312 H206 Z", "ink"),
    path("M142 108 H272 Q306 112 306 148 Q306 186 272 190 H142 Z", "main"),
    path("M142 108 L100 124 V174 L142 190 Z", "ink"),
    rect(76, 132, 28, 34, "iron", 4),
    line("M76 149 H44", "steel", 12),
    rect(188, 194, 18, 34, "accent", 8),
    disc(256, 148, 18, "deep"),
    rect(200, 296, 86, 16, "deep", 6),
)
_HAMMER_DRILL = sketch(
    line("M258 292 C270 350 340 330 350 280", "ink", 9),
    path("M214 180 H282 Q290 240 276 300 H234 Q232 230 214 180 Z", "main"),
    rect(126, 100, 180, 88, "main", 18),
    rect(88, 116, 42, 58, "ink", 6),
    line("M88 145 H36", "steel", 11),
    rect(132, 176, 24, 104, "ink", 10),
    rect(122, 106, 20, 78, "iron", 4),
    line("M232 126 H286 M232 144 H286 M232 162 H286", "deep", 6),
    rect(214, 200, 16, 36, "accent", 7),
)
_SANDER = sketch(
    ground(110),
    rect(90, 286, 190, 18, "glow", 4),
    rect(96, 262, 178, 26, "ink", 8),
    path("M116 262 V192 Q108 124 184 118 Q262 122 254 192 V262 Z", "main"),
    path("M128 158 Q140 112 186 108 Q240 112 248 160 Z", "deep"),
    rect(246, 206, 92, 62, "accent", 18),
    *(line(f"M{x} 220 V254", "paper", 5) for x in (276, 294, 312)),
    line("M136 218 V244 M156 218 V244", "deep", 7),
)
_CIRCULAR_SAW = sketch(
    disc(180, 236, 88, "steel"),
    ring(180, 236, 88, "iron", 7),
    path("M80 232 Q84 132 182 132 Q276 134 282 232 Z", "main"),
    disc(180, 236, 22, "ink"),
    line("M216 146 Q256 84 318 112 Q334 128 318 170 L282 200", "ink", 22),
    rect(248, 118, 14, 30, "accent", 6),
    rect(60, 262, 280, 16, "ink", 6),
)
_JIGSAW = sketch(
    line("M112 286 V346", "steel", 12),
    rect(70, 272, 230, 16, "iron", 4),
    path("M86 272 V206 Q86 190 110 188 L140 186 V272 Z", "deep"),
    path("M92 190 Q92 140 140 138 L180 150 V272 H92 Z", "main"),
    path(
        "M140 138 Q180 84 260 92 Q326 100 326 160 Q326 200 290 206 L270 272 H150 L176 190 H266 "
        "Q286 186 284 158 Q280 132 240 132 Q200 132 180 160 Z",
        "main",
    ),
    rect(190, 196, 62, 14, "accent", 6),
    line("M116 214 V252", "soft", 8),
)
_HAMMER = turned(
    32,
    rect(186, 134, 30, 214, "wood", 12),
    rect(186, 262, 30, 86, "main", 12),
    path("M166 84 H234 V146 H166 Z", "ink"),
    rect(232, 92, 34, 46, "iron", 5),
    rect(264, 84, 22, 62, "ink", 6),
    path("M168 84 Q112 84 84 138 Q122 122 168 142 Z", "ink"),
)
_SCREWDRIVER = sketch(
    rect(192, 196, 16, 104, "steel"),
    path("M190 298 H210 L206 330 H194 Z", "iron"),
)
_SCREWDRIVERS = sketch(
    *(
        moved(
            x,
            y,
            _SCREWDRIVER,
            rect(176, 76, 48, 124, c, 20),
            rect(184, 190, 32, 22, "ink", 4),
            line("M190 100 V172 M210 100 V172", "ink", 4),
        )
        for x, y, c in ((-74, 0, "main"), (0, -14, "accent"), (74, 0, "deep"))
    ),
)
_ADJUSTABLE_WRENCH = turned(
    38,
    rect(178, 130, 44, 210, "main", 20),
    rect(190, 236, 20, 80, "deep", 10),
    path("M148 56 L178 48 V96 H222 V74 L258 66 V118 Q244 158 200 158 Q148 156 142 112 Z", "iron"),
    rect(186, 126, 34, 20, "gold", 5),
)
_WRENCH = sketch(
    rect(186, 118, 28, 172, "steel", 8),
    path(
        "M162 60 L182 72 V104 H218 V72 L238 60 Q258 92 232 124 Q200 146 168 124 Q142 92 162 60 Z",
        "iron",
    ),
    ring(200, 304, 22, "iron", 17),
)
_WRENCHES = sketch(
    turned(-14, moved(-78, 30, _WRENCH, scale=0.94)),
    turned(14, moved(104, 30, _WRENCH, scale=0.94)),
    moved(0, -8, _WRENCH),
)
_SOCKETS = sketch(
    rect(64, 96, 272, 220, "main", 16),
    rect(80, 112, 240, 188, "ink", 8),
    *(
        sketch(disc(x, 252, r, "steel"), disc(x, 252, r // 2, "ink"))
        for x, r in ((108, 13), (144, 16), (186, 20), (234, 23), (286, 26))
    ),
    line("M130 160 H296", "steel", 17),
    disc(122, 160, 27, "iron"),
    disc(122, 160, 11, "ink"),
    rect(212, 148, 94, 24, "accent", 12),
    on_both_sides(rect(120, 84, 30, 16, "deep", 4)),
)
_PULL_SAW = turned(
    -38,
    path("M36 158 L226 178 V222 L36 242 Z", "steel"),
    line("M36 158 l12 9 l8 -7 l10 9 l8 -7 l10 9 l8 -7 l10 9 l8 -7 l10 9 l8 -7 l10 9", "iron", 5),
    line("M36 242 l12 -9 l8 7 l10 -9 l8 7 l10 -9 l8 7 l10 -9 l8 7 l10 -9 l8 7 l10 -9", "iron", 5),
    rect(222, 182, 144, 36, "wood", 14),
    *(line(f"M{x} 182 L{x + 16} 218", "main", 6) for x in range(236, 350, 18)),
)
_TAPE_MEASURE = sketch(
    ground(120),
    path("M270 276 H352 V296 H270 Z", "glow"),
    *(line(f"M{x} 278 V288", "ink", 3) for x in range(296, 346, 12)),
    line("M354 270 V306", "iron", 8),
    path(
        "M84 296 V180 Q88 100 176 96 Q288 98 288 196 V296 Q288 306 278 306 H94 Q84 306 84 296 Z",
        "main",
    ),
    disc(184, 198, 66, "ink"),
    disc(184, 198, 50, "gold"),
    line("M160 198 H208 M184 174 V222", "ink", 9),
)
_LASER_LEVEL = sketch(
    line("M52 186 H348 M200 60 V220", "leaf", 7),
    ground(100),
    line("M170 246 L126 308 M230 246 L274 308 M200 246 V308", "iron", 10),
    rect(136, 132, 128, 120, "main", 18),
    rect(150, 132, 100, 120, "ink", 14),
    disc(200, 188, 30, "deep"),
    disc(200, 188, 18, "leaf"),
    disc(200, 188, 8, "white"),
    line("M36 186 H136 M264 186 H364 M200 44 V132", "leaf", 7),
)
_TOOLBOX = sketch(
    ground(130),
    line("M146 168 V128 Q146 112 162 112 H238 Q254 112 254 128 V168", "ink", 16),
    path("M84 164 H316 L336 206 H64 Z", "deep"),
    rect(64, 202, 272, 110, "main", 10),
    rect(64, 202, 272, 12, "ink"),
    on_both_sides(rect(112, 192, 30, 42, "steel", 5)),
    line("M92 250 H180", "soft", 9),
)
_PAINT_TIN = sketch(
    ground(100),
    line("M112 158 C90 60 310 60 288 158", "iron", 7),
    rect(108, 148, 184, 164, "steel", 8),
    oval(200, 148, 92, 24, "iron"),
    oval(200, 146, 78, 17, "main"),
    path("M108 180 H292 V288 H108 Z", "accent"),
    path(
        "M140 146 V218 Q140 232 152 232 Q164 232 164 218 V196 Q164 184 174 184 Q184 184 184 196 "
        "V256 "
        "Q184 270 196 270 Q208 270 208 256 V204 Q208 192 220 192 Q232 192 232 204 V210 Q232 222 "
        "244 222 "
        "Q256 222 256 206 V146 Z",
        "main",
    ),
)


def _brush(bristles: str) -> str:
    return sketch(
        path("M186 60 Q200 40 214 60 L222 176 H178 Z", "wood"),
        disc(200, 74, 6, "bark"),
        rect(162, 172, 76, 44, "steel", 4),
        path("M164 216 H236 L232 318 L168 296 Z", bristles),
        line("M182 224 V280 M200 224 V290 M218 224 V296", "deep", 3),
    )


_BRUSHES = sketch(
    moved(-38, 70, _brush("accent"), scale=0.72),
    moved(150, 70, _brush("gold"), scale=0.72),
    moved(20, -4, _brush("main"), scale=0.9),
)
_SCREW = sketch(
    path("M160 92 H240 Q236 126 214 146 H186 Q164 126 160 92 Z", "iron"),
    path("M186 142 H214 V270 L200 318 L186 270 Z", "iron"),
    line("M180 178 L220 166 M180 204 L220 192 M180 230 L220 218 M182 256 L218 244", "steel", 9),
    oval(200, 92, 40, 15, "steel"),
    disc(200, 92, 8, "ink"),
)
_SCREWS = sketch(
    moved(-52, 84, _SCREW, scale=0.78),
    moved(140, 84, _SCREW, scale=0.78),
    moved(0, 12, _SCREW),
)
_LADDER = sketch(
    ground(110),
    line("M236 84 L308 306", "iron", 13),
    line("M176 84 L92 306 M236 84 L208 306", "main", 15),
    *(line(f"M{174 - k * 20} {128 + k * 54} H{228 - k * 6}", "steel", 13) for k in range(4)),
    rect(156, 66, 104, 24, "accent", 8),
    line("M212 236 H284", "iron", 6),
)
_GLASSES = sketch(
    on_both_sides(line("M64 178 Q52 240 84 276", "ink", 13)),
    path(
        "M56 152 Q200 124 344 152 L338 214 Q330 250 282 250 Q232 250 222 210 Q200 190 178 210 "
        "Q168 250 118 250 Q70 250 62 214 Z",
        "glass",
    ),
    path("M52 148 Q200 116 348 148 L346 176 Q200 146 54 176 Z", "main"),
    line("M94 222 L134 178 M250 222 L290 178", "white", 9),
)

MOTIFS = {
    "hammer drill": _HAMMER_DRILL,
    "impact driver": _IMPACT_DRIVER,
    "drill": _DRILL,
    "sander": _SANDER,
    "circular saw": _CIRCULAR_SAW,
    "jigsaw": _JIGSAW,
    "saw": _PULL_SAW,
    "hammer": _HAMMER,
    "screwdriver": _SCREWDRIVERS,
    "adjustable wrench": _ADJUSTABLE_WRENCH,
    "wrench": _WRENCHES,
    "socket": _SOCKETS,
    "tape measure": _TAPE_MEASURE,
    "level": _LASER_LEVEL,
    "toolbox": _TOOLBOX,
    "brush": _BRUSHES,
    "paint": _PAINT_TIN,
    "screw": _SCREWS,
    "ladder|stepladder": _LADDER,
    "glass": _GLASSES,
    "": _TOOLBOX,
}

"""Motifs of lighting."""

from shop.demo.drawing.shapes import disc, ground, line, on_both_sides, oval, path, rect, sketch

_MUSHROOM_LAMP = sketch(
    ground(80),
    path("M176 196 H224 L236 290 H164 Z", "main"),
    rect(142, 288, 116, 24, "deep", 12),
    path("M86 206 Q86 96 200 96 Q314 96 314 206 Q200 232 86 206 Z", "glow"),
    path("M86 206 Q200 176 314 206 Q200 232 86 206 Z", "gold"),
    line("M122 172 Q134 130 172 118", "white", 9),
)
_TABLE_LAMP = sketch(
    ground(80),
    path(
        "M184 196 H216 Q216 222 244 246 Q262 300 226 306 H174 Q138 300 156 246 Q184 222 184 196 Z",
        "main",
    ),
    rect(152, 300, 96, 12, "deep", 6),
    path("M148 84 H252 L290 204 H110 Z", "paper"),
    path("M116 186 H284 L290 204 H110 Z", "glow"),
    line("M170 248 Q158 268 166 284", "soft", 7),
)
_DESK_LAMP = sketch(
    ground(100),
    path("M92 196 L150 152 L226 282 H60 Z", "glow"),
    line("M268 298 L300 184 L180 106", "ink", 11),
    disc(300, 184, 13, "accent"),
    rect(208, 292, 122, 20, "ink", 10),
    path("M186 88 Q206 110 186 132 L122 188 Q82 178 84 136 Z", "main"),
)
_BANKERS_LAMP = sketch(
    ground(90),
    path("M112 206 H288 L304 270 H96 Z", "glow"),
    rect(192, 176, 16, 124, "gold", 4),
    path("M140 312 Q144 290 180 290 H220 Q256 290 260 312 Z", "gold"),
    path("M92 206 Q92 128 150 128 H250 Q308 128 308 206 Z", "main"),
    line("M122 184 Q126 156 154 152", "soft", 9),
    line("M244 206 V246", "iron", 4),
    disc(244, 250, 6, "gold"),
    rect(190, 112, 20, 18, "gold", 6),
)
_PORTABLE_LAMP = sketch(
    ground(70),
    rect(190, 160, 20, 140, "deep", 6),
    rect(144, 290, 112, 22, "main", 11),
    path("M152 96 H248 Q262 96 266 112 L282 176 H118 L134 112 Q138 96 152 96 Z", "main"),
    rect(118, 174, 164, 16, "glow", 8),
    path("M206 226 L184 254 H198 L194 276 L216 246 H202 Z", "accent"),
)
_ARC_LAMP = sketch(
    ground(130),
    line("M276 296 C330 20 124 10 118 108", "iron", 9),
    path("M66 166 L42 238 H194 L170 166 Z", "glow"),
    path("M54 170 Q56 102 118 102 Q180 102 182 170 Z", "main"),
    disc(118, 174, 15, "paper"),
    rect(54, 162, 128, 12, "deep", 6),
    rect(222, 280, 106, 32, "paper", 6),
    line("M240 292 L262 304 M280 286 L310 304", "steel", 5),
)
_TRIPOD_LAMP = sketch(
    ground(90),
    line("M200 176 L138 308 M200 176 V308 M200 176 L262 308", "bark", 11),
    rect(176, 164, 48, 20, "gold", 6),
    rect(116, 72, 168, 96, "main", 10),
    rect(116, 150, 168, 18, "glow", 6),
    line("M138 92 V134", "soft", 8),
)
_TORCHIERE = sketch(
    ground(80),
    path("M128 96 L104 44 H296 L272 96 Z", "glow"),
    path("M118 92 H282 Q268 138 200 138 Q132 138 118 92 Z", "main"),
    rect(193, 130, 14, 170, "ink", 4),
    line("M200 204 Q254 196 268 228", "ink", 8),
    path("M246 238 L278 214 L300 254 Z", "accent"),
    rect(142, 294, 116, 18, "ink", 9),
)
_RATTAN_PENDANT = sketch(
    line("M200 40 V110", "ink", 6),
    path("M126 276 H274 L298 326 H102 Z", "glow"),
    path("M172 108 H228 Q316 160 304 276 H96 Q84 160 172 108 Z", "wood"),
    *(
        line(f"M{200 + 8 * k} 112 Q{200 + 34 * k} 190 {200 + 30 * k} 272", "bark", 5)
        for k in (-3, -2, -1, 0, 1, 2, 3)
    ),
    line("M112 186 Q200 214 288 186 M98 234 Q200 262 302 234", "bark", 5),
    disc(200, 280, 20, "paper"),
)
_DOME_PENDANT = sketch(
    line("M200 40 V120", "ink", 6),
    path("M92 244 H308 L340 334 H60 Z", "glow"),
    rect(180, 108, 40, 34, "deep", 8),
    path("M76 246 Q80 136 200 136 Q320 136 324 246 Z", "main"),
    disc(200, 250, 22, "paper"),
    rect(76, 236, 248, 12, "deep", 6),
    line("M116 214 Q130 174 168 162", "soft", 9),
)
_CHANDELIER = sketch(
    on_both_sides(line("M150 60 V150", "ink", 6)),
    rect(140, 48, 120, 16, "ink", 6),
    rect(52, 146, 296, 14, "main", 7),
    *(
        sketch(
            line(f"M{x} 156 V190", "main", 7),
            path(f"M{x - 20} 214 L{x - 10} 186 H{x + 10} L{x + 20} 214 Z", "main"),
            disc(x, 226, 17, "gold"),
            disc(x, 226, 11, "glow"),
        )
        for x in (76, 138, 200, 262, 324)
    ),
)
_LANTERN = sketch(
    line("M200 40 V90", "ink", 6),
    oval(200, 202, 124, 112, "paper"),
    *(
        line(f"M{200 - half} {y} Q200 {y + 14} {200 + half} {y}", "steel", 4)
        for half, y in ((92, 128), (114, 158), (122, 190), (120, 222), (108, 254))
    ),
    rect(166, 84, 68, 14, "main", 6),
    rect(166, 306, 68, 12, "main", 6),
    oval(200, 210, 48, 44, "glow"),
)
_BULB = sketch(
    path(
        "M200 68 A88 88 0 0 1 288 156 Q288 196 254 226 Q242 240 242 258 H158 Q158 240 146 226 "
        "Q112 196 112 156 A88 88 0 0 1 200 68 Z",
        "glow",
    ),
    line("M136 156 Q138 108 182 94", "white", 9),
    line("M182 254 V200 L168 166 M218 254 V200 L232 166", "gold", 6),
    rect(158, 256, 84, 58, "iron", 8),
    line("M160 274 H240 M160 292 H240", "steel", 6),
    rect(180, 312, 40, 16, "ink", 8),
)
_GLOBE_BULB = sketch(
    disc(200, 176, 108, "gold"),
    disc(200, 176, 94, "glow"),
    line(
        "M186 266 V220 Q160 180 176 146 Q188 124 200 150 Q212 124 224 146 Q240 180 214 220 V266",
        "accent",
        6,
    ),
    rect(162, 268, 76, 52, "iron", 8),
    line("M164 284 H236 M164 300 H236", "steel", 6),
    rect(182, 316, 36, 16, "ink", 8),
    line("M128 176 Q130 126 170 108", "white", 9),
)
_STRING_LIGHTS = sketch(
    line("M40 104 Q200 250 360 104", "ink", 7),
    *(
        sketch(
            rect(x - 9, y, 18, 22, "ink", 4),
            oval(x, y + 46, 22, 28, colour),
            oval(x - 6, y + 38, 6, 9, "white"),
        )
        for x, y, colour in (
            (76, 132, "gold"),
            (138, 168, "glow"),
            (200, 180, "accent"),
            (262, 168, "glow"),
            (324, 132, "gold"),
        )
    ),
)
_FAIRY_LIGHTS = sketch(
    line(
        "M70 120 C150 40 210 210 270 110 S340 250 240 230 S60 200 90 290 S240 330 320 280",
        "wood",
        5,
    ),
    *(
        sketch(disc(x, y, 20, "glow"), disc(x, y, 10, "gold"))
        for x, y in (
            (70, 120),
            (136, 100),
            (196, 142),
            (262, 122),
            (318, 168),
            (256, 232),
            (176, 218),
            (98, 248),
            (132, 312),
            (226, 316),
            (320, 280),
        )
    ),
)
_NIGHT_LIGHT = sketch(
    disc(200, 180, 128, "glow"),
    on_both_sides(rect(168, 276, 16, 46, "iron", 4)),
    rect(128, 96, 144, 190, "main", 40),
    disc(200, 176, 46, "paper"),
    path("M210 136 A42 42 0 1 0 238 196 A36 36 0 0 1 210 136 Z", "gold"),
    disc(200, 254, 9, "ink"),
)

MOTIFS = {
    "mushroom": _MUSHROOM_LAMP,
    "banker's": _BANKERS_LAMP,
    "desk lamp": _DESK_LAMP,
    "cordless|rechargeable": _PORTABLE_LAMP,
    "arc floor lamp": _ARC_LAMP,
    "torchiere": _TORCHIERE,
    "floor lamp": _TRIPOD_LAMP,
    "rattan": _RATTAN_PENDANT,
    "pendant": _DOME_PENDANT,
    "chandelier": _CHANDELIER,
    "lantern": _LANTERN,
    "globe": _GLOBE_BULB,
    "string light": _STRING_LIGHTS,
    "bulb": _BULB,
    "fairy light": _FAIRY_LIGHTS,
    "night light": _NIGHT_LIGHT,
    "": _TABLE_LAMP,
}

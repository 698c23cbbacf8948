"""Motifs of kitchen and dining."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    moved,
    on_both_sides,
    oval,
    path,
    rect,
    sketch,
    turned,
)

_KETTLE_FRAME = sketch(
    ground(100),
    line("M150 262 Q104 256 108 206 Q110 168 84 166", "deep", 15),
    line("M244 178 Q312 172 304 232 L290 278", "ink", 15),
    rect(126, 290, 148, 22, "ink", 8),
)
_POUR_OVER_KETTLE = sketch(
    _KETTLE_FRAME,
    path("M138 290 L156 168 Q200 150 244 168 L262 290 Z", "main"),
    path("M156 168 Q200 134 244 168 Q200 180 156 168 Z", "deep"),
    disc(200, 146, 11, "ink"),
    path("M162 200 L154 268 H168 L174 200 Z", "soft"),
)
_GLASS_KETTLE = sketch(
    _KETTLE_FRAME,
    path("M138 290 L156 168 Q200 150 244 168 L262 290 Z", "glass"),
    path("M142 282 L149 226 H251 L258 282 Z", "gold"),
    rect(182, 164, 36, 84, "iron", 6),
    path("M156 168 Q200 134 244 168 Q200 180 156 168 Z", "main"),
    disc(200, 146, 11, "ink"),
)
_STOVE_KETTLE = sketch(
    ground(110),
    line("M128 208 C128 70 272 70 272 208", "wood", 15),
    path("M262 250 L318 186 L334 200 L290 282 Z", "deep"),
    path("M106 312 Q92 190 200 184 Q308 190 294 312 Z", "main"),
    oval(200, 188, 52, 12, "deep"),
    disc(200, 172, 12, "ink"),
    line("M134 284 Q130 232 164 214", "soft", 10),
)
_PAN = sketch(
    rect(246, 186, 116, 26, "wood", 13),
    disc(168, 200, 104, "ink"),
    disc(168, 200, 86, "deep"),
    disc(168, 200, 70, "main"),
    line("M120 200 Q122 158 160 150", "soft", 8),
)
_POT = sketch(
    ground(110),
    on_both_sides(line("M96 228 H78 V250 H96", "deep", 13)),
    rect(92, 204, 216, 108, "main", 22),
    rect(84, 190, 232, 22, "deep", 10),
    path("M104 190 Q200 128 296 190 Z", "main"),
    disc(200, 150, 14, "gold"),
    line("M116 240 V276", "soft", 9),
)
_SAUCEPAN = sketch(
    ground(90),
    rect(232, 212, 126, 22, "ink", 11),
    rect(78, 194, 176, 118, "steel", 16),
    rect(70, 182, 192, 20, "iron", 9),
    path("M86 182 Q166 132 246 182 Z", "main"),
    disc(166, 152, 12, "ink"),
    line("M98 224 V278", "white", 9),
)
_KNIFE = turned(
    -38,
    path("M60 214 Q120 172 250 170 V226 H72 Q60 224 60 214 Z", "steel"),
    path("M72 226 H250 V212 H62 Z", "iron"),
    rect(250, 168, 112, 40, "main", 14),
    rect(244, 166, 16, 62, "ink", 4),
    disc(288, 188, 5, "paper"),
    disc(330, 188, 5, "paper"),
)
_SMALL_KNIFE = sketch(
    path("M148 220 V120 Q152 86 182 72 V220 Z", "steel"),
    rect(144, 214, 40, 104, "main", 14),
)
_KNIVES = sketch(
    moved(-56, 6, _SMALL_KNIFE),
    moved(34, -8, _SMALL_KNIFE),
    moved(124, 6, _SMALL_KNIFE),
)
_BOARD = turned(
    -12,
    rect(86, 120, 228, 160, "wood", 16),
    *(rect(x, 120, 12, 160, "bark") for x in (122, 178, 234)),
    oval(286, 200, 11, 26, "halo"),
)
_TOASTER = sketch(
    ground(120),
    rect(142, 108, 54, 80, "wood", 14),
    rect(206, 108, 54, 80, "gold", 14),
    path("M84 300 V200 Q84 158 126 158 H274 Q316 158 316 200 V300 Z", "main"),
    rect(76, 292, 248, 20, "ink", 8),
    rect(290, 196, 14, 60, "deep", 6),
    rect(282, 208, 30, 15, "ink", 6),
    line("M110 264 V214", "soft", 10),
)
_OVEN = sketch(
    ground(130),
    rect(72, 130, 256, 172, "main", 16),
    rect(92, 152, 162, 126, "ink", 10),
    path("M104 240 H242 V266 H104 Z", "accent"),
    line("M104 224 H242", "iron", 5),
    rect(106, 162, 134, 10, "steel", 5),
    *(disc(290, y, 14, "paper") for y in (172, 214, 256)),
    on_both_sides(rect(92, 302, 26, 10, "ink")),
)
_COFFEE_MAKER = sketch(
    ground(100),
    path("M108 292 V116 Q108 96 128 96 H288 V150 H168 V292 Z", "main"),
    rect(100, 288, 200, 24, "ink", 8),
    path("M190 196 H274 L266 286 H198 Z", "steel"),
    path("M194 240 H270 L266 286 H198 Z", "brown"),
    rect(184, 184, 96, 14, "ink", 6),
    line("M274 210 Q308 214 296 256 L272 262", "ink", 10),
    rect(212, 150, 40, 22, "deep", 4),
    disc(138, 126, 10, "accent"),
)
_GRINDER = sketch(
    ground(80),
    path("M142 112 H258 L244 182 H156 Z", "glass"),
    path("M148 140 H252 L244 182 H156 Z", "brown"),
    rect(134, 98, 132, 18, "ink", 8),
    rect(152, 180, 96, 132, "main", 12),
    rect(170, 226, 60, 70, "ink", 8),
    rect(180, 250, 40, 40, "steel", 4),
    disc(200, 204, 9, "accent"),
)
_FRENCH_PRESS = sketch(
    ground(80),
    line("M200 84 V150", "iron", 8),
    disc(200, 84, 14, "ink"),
    line("M250 186 H298 V270 H250", "ink", 14),
    rect(146, 156, 108, 156, "glass", 8),
    rect(146, 210, 108, 96, "brown", 8),
    rect(138, 140, 124, 24, "main", 10),
    rect(146, 228, 108, 10, "main"),
    rect(146, 294, 108, 18, "main", 6),
)
_DRIPPER = sketch(
    ground(80),
    path("M140 232 H260 L252 312 H148 Z", "glass"),
    path("M145 272 H255 L252 312 H148 Z", "brown"),
    path("M132 92 H268 L252 128 H148 Z", "paper"),
    path("M118 122 H282 L222 214 H178 Z", "main"),
    line("M276 142 Q318 152 262 182", "main", 13),
    rect(134, 212, 132, 20, "deep", 9),
)
_MUG = sketch(
    ground(90),
    line("M246 186 Q318 182 304 234 Q294 268 246 268", "deep", 20),
    path("M112 150 H264 V278 Q264 312 230 312 H146 Q112 312 112 278 Z", "main"),
    oval(188, 150, 76, 17, "deep"),
    oval(188, 152, 62, 11, "brown"),
    line("M132 196 V270", "soft", 10),
    line("M164 116 Q152 98 168 80 M206 116 Q194 98 210 80", "iron", 7),
)
_PLATES = sketch(
    disc(186, 192, 118, "main"),
    disc(186, 192, 96, "soft"),
    disc(186, 192, 62, "paper"),
    path("M232 232 H342 Q338 308 302 312 H272 Q236 308 232 232 Z", "deep"),
    oval(287, 232, 55, 14, "accent"),
)
_FLATWARE = sketch(
    rect(122, 180, 18, 136, "iron", 9),
    path(
        "M108 84 H118 V140 H126 V84 H136 V140 H144 V84 H154 V152 Q154 184 131 188 "
        "Q108 184 108 152 Z",
        "iron",
    ),
    rect(192, 190, 18, 126, "main", 9),
    path("M192 206 V84 Q232 106 222 206 Z", "iron"),
    rect(262, 180, 18, 136, "iron", 9),
    oval(271, 130, 28, 48, "iron"),
    oval(271, 128, 18, 36, "steel"),
)


def _bowl(rim: int, half_width: int, colour: str) -> str:
    half, tilt = half_width, half_width // 8
    side = f"Q{196 + half} {rim + 74} {180 + half // 3} {rim + 78}"
    other_side = f"Q{204 - half} {rim + 74} {200 - half} {rim}"
    return sketch(
        path(f"M{200 - half} {rim} H{200 + half} {side} H{220 - half // 3} {other_side} Z", colour),
        oval(200, rim, half, tilt, "paper"),
        oval(200, rim, half - 10, tilt - 4, colour),
    )


_BOWLS = sketch(
    ground(90),
    _bowl(232, 120, "main"),
    _bowl(184, 94, "accent"),
    _bowl(140, 68, "water"),
    line("M104 258 Q114 286 138 298", "soft", 8),
)
_MIXER = sketch(
    ground(120),
    rect(84, 288, 232, 24, "deep", 12),
    path("M246 292 V180 H306 V292 Z", "main"),
    path("M96 128 Q100 92 150 92 H280 Q316 96 316 140 V188 H130 Q96 176 96 128 Z", "main"),
    rect(84, 118, 18, 40, "ink", 6),
    line("M160 188 V228", "iron", 10),
    path("M104 208 H218 Q214 288 161 288 Q108 288 104 208 Z", "steel"),
    rect(98, 202, 126, 12, "iron", 6),
    disc(276, 140, 12, "accent"),
    line("M132 118 H216", "soft", 9),
)
_BLENDER = sketch(
    ground(80),
    line("M250 136 Q298 140 286 206 L248 216", "ink", 12),
    path("M136 106 H264 L246 238 H154 Z", "glass"),
    path("M142 150 H258 L246 238 H154 Z", "leaf"),
    rect(130, 90, 140, 20, "ink", 8),
    path("M152 238 H248 L266 312 H134 Z", "main"),
    disc(200, 276, 16, "paper"),
    line("M200 276 V266", "ink", 5),
)
_SCALE = sketch(
    ground(120),
    path("M148 190 H252 Q246 240 200 240 Q154 240 148 190 Z", "accent"),
    rect(92, 238, 216, 18, "steel", 9),
    path("M100 256 H300 L318 312 H82 Z", "main"),
    rect(154, 268, 92, 32, "ink", 6),
    line("M172 284 H184 M196 284 H208 M220 284 H228", "glow", 7),
    disc(200, 176, 22, "red"),
    line("M200 156 Q202 142 214 138", "leaf", 7),
)
_ROLLING_PIN = turned(
    -35,
    rect(42, 186, 316, 28, "bark", 14),
    rect(88, 168, 224, 64, "wood", 26),
    line("M118 188 H250", "paper", 7),
)
_SHEET_PANS = sketch(
    turned(-8, rect(86, 100, 228, 160, "iron", 18), rect(104, 118, 192, 124, "steel", 10)),
    moved(8, 44, rect(86, 100, 228, 160, "steel", 18), rect(104, 118, 192, 124, "iron", 10)),
    *(disc(x, y, 24, "wood") for x in (148, 208, 268) for y in (194, 254)),
    *(disc(x, y, 5, "brown") for x in (142, 202, 262) for y in (188, 248)),
    *(disc(x, y, 5, "brown") for x in (156, 216, 276) for y in (200, 260)),
)
_CLOTHS = sketch(
    turned(10, rect(110, 92, 190, 210, "accent", 8)),
    turned(-4, rect(100, 96, 190, 210, "main", 8), rect(112, 108, 166, 186, "soft", 4)),
    *(disc(x, y, 25, "gold") for x, y in ((156, 160), (236, 170), (162, 244), (240, 246))),
    *(disc(x, y, 17, "glow") for x, y in ((156, 160), (236, 170), (162, 244), (240, 246))),
)
_RAMEKINS = sketch(
    ground(120),
    turned(
        28,
        rect(176, 30, 60, 116, "ink", 14),
        rect(190, 144, 32, 26, "steel", 4),
        path("M192 172 H220 Q226 196 206 226 Q186 196 192 172 Z", "water"),
    ),
    path("M92 232 H308 L294 312 H106 Z", "paper"),
    *(line(f"M{x} 262 V306", "steel", 6) for x in range(122, 290, 26)),
    oval(200, 232, 108, 24, "main"),
    oval(200, 232, 90, 16, "gold"),
    line("M150 230 q14 8 28 0 M214 236 q12 6 26 -2", "wood", 6),
)

MOTIFS = {
    "gooseneck|electric kettle": _POUR_OVER_KETTLE,
    "glass kettle": _GLASS_KETTLE,
    "kettle": _STOVE_KETTLE,
    "ramekin|torch": _RAMEKINS,
    "dutch oven|casserole": _POT,
    "saucepan": _SAUCEPAN,
    "sheet pan|baking": _SHEET_PANS,
    "skillet|pan": _PAN,
    "knives": _KNIVES,
    "knife": _KNIFE,
    "board": _BOARD,
    "toaster": _TOASTER,
    "oven": _OVEN,
    "coffee maker": _COFFEE_MAKER,
    "grinder": _GRINDER,
    "french press": _FRENCH_PRESS,
    "dripper": _DRIPPER,
    "mug|cup": _MUG,
    "dinnerware|plate": _PLATES,
    "flatware|fork|spoon": _FLATWARE,
    "bowl": _BOWLS,
    "mixer": _MIXER,
    "blender": _BLENDER,
    "scale": _SCALE,
    "rolling pin": _ROLLING_PIN,
    "cloth": _CLOTHS,
    "": _POT,
}

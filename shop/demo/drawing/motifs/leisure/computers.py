"""Motifs of computers."""

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

_LAPTOP = sketch(
    ground(140),
    rect(92, 104, 216, 158, "ink", 14),
    rect(104, 116, 192, 132, "main", 5),
    path("M104 214 Q152 160 200 206 T296 190 V248 H104 Z", "soft"),
    disc(254, 150, 16, "accent"),
    path("M92 262 H308 L344 300 Q344 312 332 312 H68 Q56 312 56 300 Z", "steel"),
    path("M104 270 H296 L308 286 H92 Z", "iron"),
    rect(168, 296, 64, 8, "iron", 4),
)
_GAMING_LAPTOP = sketch(
    ground(140),
    rect(80, 96, 240, 168, "ink", 8),
    rect(92, 108, 216, 142, "deep", 3),
    path("M160 142 L200 208 L240 142 H222 L200 178 L178 142 Z", "accent"),
    line("M112 230 H288", "soft", 6),
    path("M80 264 H320 L350 300 Q350 312 338 312 H62 Q50 312 50 300 Z", "ink"),
    *(
        line(f"M{x} 280 H{x + 28}", colour, 9)
        for x, colour in ((98, "red"), (146, "gold"), (194, "leaf"), (242, "water"), (284, "main"))
    ),
)
_TABLET = sketch(
    rect(82, 84, 210, 254, "ink", 20),
    rect(96, 98, 182, 226, "main", 8),
    path("M96 260 Q140 200 190 250 T278 230 V316 Q278 324 270 324 H104 Q96 324 96 316 Z", "soft"),
    line("M126 190 Q160 130 180 170 T240 140", "paper", 8),
    moved(
        104,
        -6,
        turned(14, rect(191, 92, 18, 190, "paper", 8), path("M191 278 H209 L200 306 Z", "ink")),
    ),
)
_MINI_PC = sketch(
    ground(120),
    path("M112 164 H288 L316 204 H84 Z", "soft"),
    rect(84, 202, 232, 110, "main", 14),
    disc(286, 242, 10, "glow"),
    *(rect(x, 232, 34, 20, "ink", 4) for x in (110, 154)),
    *(line(f"M{x} 284 H{x + 12}", "deep", 8) for x in range(112, 290, 24)),
)
_TOWER = sketch(
    ground(90),
    rect(120, 68, 160, 244, "ink", 14),
    rect(136, 84, 104, 212, "deep", 8),
    *(sketch(ring(188, y, 26, "main", 9), disc(188, y, 9, "soft")) for y in (120, 190, 260)),
    disc(260, 96, 7, "accent"),
    *(rect(254, y, 12, 22, "iron", 3) for y in (120, 152)),
)
_MONITOR = sketch(
    ground(90),
    path("M180 250 H220 L228 300 H172 Z", "iron"),
    rect(132, 296, 136, 16, "iron", 8),
    rect(64, 84, 272, 176, "ink", 12),
    rect(76, 96, 248, 148, "main", 4),
    rect(94, 116, 104, 76, "paper", 6),
    rect(94, 116, 104, 18, "accent", 6),
    rect(212, 140, 94, 84, "soft", 6),
)
_WIDE_MONITOR = sketch(
    ground(90),
    path("M180 240 H220 L232 300 H168 Z", "iron"),
    rect(124, 296, 152, 16, "iron", 8),
    path("M40 112 Q200 140 360 112 V250 Q200 274 40 250 Z", "ink"),
    path("M52 126 Q200 151 348 126 V238 Q200 260 52 238 Z", "main"),
    path("M52 214 Q130 150 200 206 T348 180 V238 Q200 260 52 238 Z", "deep"),
    disc(286, 168, 18, "glow"),
)
_KEYS = sketch(
    *(rect(78 + 27 * column, y, 21, 21, "paper", 5) for column in range(9) for y in (168, 196)),
    rect(78, 224, 48, 21, "paper", 5),
    rect(132, 224, 129, 21, "paper", 5),
    rect(267, 224, 48, 21, "accent", 5),
)
_KEYBOARD = sketch(
    rect(58, 146, 284, 120, "main", 16),
    rect(58, 254, 284, 20, "deep", 10),
    _KEYS,
)
_MOUSE_BODY = sketch(
    path(
        "M200 96 Q276 96 276 186 V232 Q276 312 200 312 Q124 312 124 232 V186 Q124 96 200 96 Z",
        "main",
    ),
    path("M200 96 Q276 96 276 186 H124 Q124 96 200 96 Z", "soft"),
    line("M200 98 V186", "deep", 5),
    rect(189, 124, 22, 48, "ink", 11),
)
_MOUSE = sketch(ground(70), _MOUSE_BODY)
_GAMING_MOUSE = sketch(
    line("M200 96 C200 40 300 90 330 50", "ink", 8),
    _MOUSE_BODY,
    line("M160 262 Q200 292 240 262", "accent", 9),
    path("M200 208 L222 238 H178 Z", "accent"),
)
_VERTICAL_MOUSE = sketch(
    ground(110),
    path(
        "M92 312 Q88 260 150 190 Q196 118 244 108 Q276 106 280 150 L308 290 Q310 312 290 312 Z",
        "main",
    ),
    path("M92 312 Q88 260 150 190 Q196 118 244 108 Q170 190 168 312 Z", "deep"),
    line("M232 152 L214 238 M262 152 L266 238", "soft", 6),
    rect(228, 148, 28, 36, "ink", 10),
)
_DESKTOP_SET = sketch(
    moved(-2, -14, _KEYBOARD, scale=0.8),
    moved(206, 166, _MOUSE_BODY, scale=0.5),
)
_WEBCAM = sketch(
    ground(80),
    line("M200 250 V300", "ink", 14),
    rect(130, 294, 140, 18, "ink", 9),
    disc(200, 172, 98, "glow"),
    disc(200, 172, 78, "main"),
    disc(200, 172, 50, "ink"),
    disc(200, 172, 28, "water"),
    disc(190, 162, 9, "white"),
)
_ROUTER = sketch(
    ground(120),
    *(line(f"M{x} 240 L{top} 108", "ink", 12) for x, top in ((112, 92), (288, 308))),
    line("M172 168 Q200 144 228 168", "accent", 10),
    line("M150 140 Q200 98 250 140", "accent", 10),
    disc(200, 196, 10, "accent"),
    rect(76, 230, 248, 82, "main", 22),
    *(disc(x, 270, 7, "glow") for x in (118, 142, 166)),
    line("M220 270 H288", "deep", 9),
)
_MESH = sketch(
    ground(130),
    on_both_sides(rect(66, 200, 80, 112, "soft", 30), disc(106, 238, 7, "glow")),
    rect(142, 150, 116, 162, "main", 40),
    disc(200, 200, 9, "glow"),
    line("M178 122 Q200 102 222 122 M156 98 Q200 58 244 98", "accent", 10),
)
_PORTABLE_DRIVE = sketch(
    line("M200 96 C200 40 130 60 120 96", "ink", 9),
    rect(110, 90, 180, 222, "main", 26),
    rect(128, 108, 144, 186, "deep", 14),
    line("M152 250 H220", "soft", 8),
    disc(246, 268, 8, "glow"),
    rect(182, 80, 36, 20, "steel", 5),
)
_DESKTOP_DRIVE = sketch(
    ground(80),
    rect(130, 84, 140, 228, "main", 12),
    path("M130 96 Q130 84 142 84 H258 Q270 84 270 96 L130 236 Z", "deep"),
    *(line(f"M156 {y} H244", "ink", 6) for y in (252, 268, 284)),
    disc(200, 216, 8, "glow"),
)
_FLASH_DRIVE = turned(
    -35,
    rect(254, 168, 72, 64, "steel", 6),
    rect(280, 182, 14, 12, "ink", 2),
    rect(280, 206, 14, 12, "ink", 2),
    rect(80, 152, 182, 96, "main", 20),
    ring(112, 200, 14, "deep", 9),
    line("M150 178 H232", "soft", 9),
)
_DOCK = sketch(
    ground(130),
    line("M318 250 C370 250 360 120 290 130", "ink", 10),
    rect(256, 118, 44, 26, "steel", 6),
    rect(62, 208, 264, 104, "main", 18),
    *(rect(x, 242, 36, 18, "ink", 9) for x in (88, 138)),
    *(rect(x, 238, 40, 26, "ink", 4) for x in (188, 240)),
    disc(302, 250, 7, "glow"),
    line("M92 288 H296", "deep", 6),
)
_PRINTER = sketch(
    ground(130),
    rect(120, 76, 160, 96, "paper", 4),
    rect(68, 152, 264, 134, "main", 20),
    rect(92, 238, 216, 24, "ink", 8),
    path("M112 250 H288 L300 312 H100 Z", "paper"),
    line("M134 276 H252 M130 294 H232", "iron", 6),
    rect(244, 174, 64, 34, "ink", 6),
    disc(104, 192, 9, "glow"),
)
_LAPTOP_STAND = sketch(
    ground(120),
    line("M120 304 L250 228 M148 206 L276 300", "iron", 15),
    line("M92 190 L300 238 V222", "steel", 16),
    path("M78 166 L296 214 L292 230 L74 182 Z", "ink"),
    path("M74 178 L104 56 L120 60 L92 176 Z", "main"),
    rect(92, 294, 216, 18, "iron", 9),
)

MOTIFS = {
    "laptop stand": _LAPTOP_STAND,
    "gaming laptop": _GAMING_LAPTOP,
    "laptop": _LAPTOP,
    "tablet": _TABLET,
    "mini pc": _MINI_PC,
    "tower": _TOWER,
    "ultrawide": _WIDE_MONITOR,
    "monitor": _MONITOR,
    "keyboard and mouse": _DESKTOP_SET,
    "keyboard": _KEYBOARD,
    "vertical ergonomic mouse": _VERTICAL_MOUSE,
    "gaming mouse": _GAMING_MOUSE,
    "mouse": _MOUSE,
    "webcam": _WEBCAM,
    "mesh": _MESH,
    "router": _ROUTER,
    "flash drive": _FLASH_DRIVE,
    "external hard drive": _DESKTOP_DRIVE,
    "ssd|drive": _PORTABLE_DRIVE,
    "dock|hub": _DOCK,
    "printer": _PRINTER,
    "": _LAPTOP,
}

"""Motifs of clothing."""

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

_T_SHIRT = sketch(
    path(
        "M150 92 L84 126 L58 196 L108 214 L122 182 V312 H278 V182 L292 214 L342 196 L316 126 "
        "L250 92 Q200 140 150 92 Z",
        "main",
    ),
    path("M150 92 Q200 140 250 92 L236 88 Q200 120 164 88 Z", "deep"),
    on_both_sides(line("M122 182 V228", "deep", 4)),
)
_SLEEVES = on_both_sides(path("M146 92 L100 118 L58 286 L100 298 L130 190 Z", "main"))
_STRIPED_SHIRT = sketch(
    on_both_sides(
        path("M146 92 L100 118 L58 286 L100 298 L130 190 Z", "paper"),
        line("M94 166 L126 176 M84 206 L116 216 M74 244 L106 254", "navy", 10),
    ),
    path("M146 92 Q200 132 254 92 L282 118 V312 H118 V118 Z", "paper"),
    *(rect(118, y, 164, 12, "navy") for y in range(150, 300, 28)),
    line("M146 92 Q200 132 254 92", "navy", 7),
)
_BUTTON_SHIRT = sketch(
    _SLEEVES,
    rect(118, 92, 164, 222, "main", 8),
    path("M160 84 L200 128 L240 84 Z", "paper"),
    path("M156 80 L200 128 L172 148 L142 98 Z M244 80 L200 128 L228 148 L258 98 Z", "soft"),
    line("M200 134 V308", "deep", 4),
    *(disc(200, y, 5, "paper") for y in (160, 196, 232, 268)),
    rect(222, 172, 42, 44, "soft", 4),
    on_both_sides(line("M122 196 V240", "deep", 4)),
)
_SWEATER = sketch(
    _SLEEVES,
    path("M146 92 H254 L282 118 V290 H118 V118 Z", "main"),
    path("M152 84 Q200 124 248 84 L256 98 Q200 142 144 98 Z", "deep"),
    rect(118, 288, 164, 26, "deep", 6),
    on_both_sides(path("M62 270 L104 282 L98 304 L56 292 Z", "deep")),
    *(
        line(f"M{x} 152 q12 14 0 28 q-12 14 0 28 q12 14 0 28 q-12 14 0 28", "soft", 6)
        for x in (154, 200, 246)
    ),
)
_ROLL_NECK = sketch(
    _SLEEVES,
    path("M146 98 H254 L282 118 V290 H118 V118 Z", "main"),
    rect(154, 62, 92, 54, "soft", 14),
    line("M162 90 H238", "deep", 5),
    rect(118, 288, 164, 26, "deep", 6),
    on_both_sides(path("M62 270 L104 282 L98 304 L56 292 Z", "deep")),
    line(
        "M140 158 L170 182 L200 158 L230 182 L260 158 M140 208 L170 232 L200 208 L230 232 L260 208",
        "deep",
        6,
    ),
)
_CARDIGAN = sketch(
    _SLEEVES,
    path("M146 92 H254 L282 118 V312 H118 V118 Z", "main"),
    path("M160 90 L200 190 L240 90 Z", "paper"),
    line("M156 90 L200 196 V308 M244 90 L200 196", "deep", 11),
    *(disc(200, y, 7, "accent") for y in (214, 246, 278)),
    on_both_sides(rect(132, 248, 46, 44, "soft", 5)),
    on_both_sides(path("M62 270 L104 282 L98 304 L56 292 Z", "deep")),
)
_JACKET = sketch(
    _SLEEVES,
    path("M146 92 H254 L282 118 V316 H118 V118 Z", "main"),
    path("M150 76 L200 112 L182 152 L136 100 Z M250 76 L200 112 L218 152 L264 100 Z", "brown"),
    line("M200 116 V312", "deep", 7),
    on_both_sides(rect(130, 236, 54, 54, "soft", 5), rect(126, 226, 62, 20, "deep", 5)),
    *(disc(214, y, 5, "gold") for y in (168, 204, 240, 276)),
)
_RAIN_JACKET = sketch(
    path("M140 110 Q140 52 200 52 Q260 52 260 110 L236 130 H164 Z", "deep"),
    path("M160 112 Q160 74 200 74 Q240 74 240 112 L200 134 Z", "ink"),
    _SLEEVES,
    path("M146 98 L200 134 L254 98 L282 118 V310 H118 V118 Z", "main"),
    line("M200 136 V306", "paper", 6),
    on_both_sides(line("M136 246 L174 234", "deep", 8)),
    *(
        path(f"M{x} {y} q11 16 0 20 q-11 -4 0 -20 Z", "water")
        for x, y in ((76, 76), (104, 52), (312, 64), (334, 98), (292, 40))
    ),
)
_PARKA = sketch(
    path("M136 112 Q132 44 200 44 Q268 44 264 112 L236 134 H164 Z", "wood"),
    path("M158 110 Q158 66 200 66 Q242 66 242 110 L200 134 Z", "ink"),
    _SLEEVES,
    path("M146 100 L200 136 L254 100 L284 118 V322 H116 V118 Z", "main"),
    *(line(f"M120 {y} Q200 {y + 14} 280 {y}", "deep", 6) for y in (164, 204, 244, 284)),
    on_both_sides(line("M92 168 L128 180 M82 208 L116 220 M70 248 L106 260", "deep", 6)),
    line("M200 138 V316", "accent", 6),
)
_FLEECE = sketch(
    _SLEEVES,
    path("M146 96 H254 L282 118 V312 H118 V118 Z", "main"),
    path("M160 70 H240 V112 L200 136 L160 112 Z", "soft"),
    line("M200 74 V180", "accent", 8),
    rect(194, 178, 12, 22, "ink", 4),
    path("M118 112 L146 92 L200 136 L254 92 L282 112 V160 H118 Z", "deep"),
    path("M164 76 H236 V106 L200 130 L164 106 Z", "soft"),
    line("M200 82 V176", "accent", 8),
)
_TROUSERS = sketch(
    path("M134 80 H266 L286 324 H218 L200 158 L182 324 H114 Z", "main"),
    rect(132, 70, 136, 26, "deep", 5),
    line("M200 96 V158", "deep", 5),
    on_both_sides(line("M138 126 Q160 126 164 98", "deep", 5)),
    on_both_sides(rect(150, 66, 10, 32, "soft", 3)),
    disc(200, 83, 6, "gold"),
    on_both_sides(line("M116 308 H180", "soft", 7)),
)
_WIDE_TROUSERS = sketch(
    path("M142 80 H258 L320 324 H222 L200 172 L178 324 H80 Z", "main"),
    rect(138, 66, 124, 34, "deep", 6),
    on_both_sides(line("M162 104 L128 314", "deep", 5)),
    line("M200 100 V168", "deep", 5),
    line("M178 82 H222 M196 82 L184 124 M204 82 L216 120", "accent", 8),
)
_DRESS = sketch(
    on_both_sides(path("M158 78 L112 112 L96 176 L134 186 L150 148 Z", "deep")),
    path(
        "M158 76 L200 124 L242 76 L256 100 L244 186 Q290 260 306 324 H94 Q110 260 156 186 "
        "L144 100 Z",
        "main",
    ),
    path("M150 180 H250 V204 H150 Z", "accent"),
    line("M158 78 L232 178 M242 78 L200 124", "deep", 6),
    *(
        disc(x, y, 8, "soft")
        for x, y in (
            (170, 148),
            (222, 140),
            (150, 250),
            (200, 234),
            (250, 256),
            (126, 296),
            (180, 290),
            (232, 300),
            (278, 298),
        )
    ),
)
_PINAFORE = sketch(
    on_both_sides(line("M162 130 L150 66", "deep", 16), disc(160, 128, 8, "gold")),
    rect(146, 116, 108, 76, "main", 8),
    path("M144 186 H256 L304 324 H96 Z", "main"),
    rect(142, 180, 116, 20, "deep", 4),
    rect(172, 132, 56, 38, "soft", 5),
    on_both_sides(line("M168 210 L142 314", "deep", 5)),
)
_BELT = sketch(
    line("M120 270 C40 200 90 96 200 98 C310 96 360 200 280 270", "main", 32),
    line("M110 246 C58 190 100 106 200 106 C300 106 342 190 290 246", "deep", 3),
    path("M232 252 H330 Q344 268 330 284 H232 Z", "main"),
    rect(70, 252, 120, 32, "main", 4),
    line("M176 240 H232 V296 H176 Z", "gold", 11),
    line("M204 268 H240", "gold", 8),
    *(disc(x, 268, 5, "ink") for x in (262, 284, 306)),
)
_BOOT = sketch(
    ground(120),
    path("M124 84 H222 V186 Q228 216 276 224 Q326 234 326 282 V292 H116 Z", "bark"),
    rect(108, 286, 222, 26, "ink", 8),
    path("M116 230 H168 V292 H116 Z", "brown"),
    rect(118, 76, 110, 22, "brown", 8),
    *(line(f"M178 {y} L228 {y - 10}", "glow", 7) for y in (132, 160, 188)),
    line("M186 214 L244 200", "glow", 7),
    path("M276 226 Q326 236 326 286 H268 Q256 250 276 226 Z", "brown"),
)
_SNEAKER = sketch(
    ground(140),
    path(
        "M70 192 Q88 206 116 200 Q140 190 150 166 L196 160 Q226 212 290 222 Q338 230 338 280 H62 "
        "Q56 230 70 192 Z",
        "main",
    ),
    path("M286 222 Q338 230 338 280 H272 Q262 246 286 222 Z", "accent"),
    path("M70 192 Q88 206 116 200 L122 280 H62 Q56 230 70 192 Z", "deep"),
    rect(56, 276, 288, 34, "paper", 14),
    line("M62 294 H338", "accent", 6),
    line("M176 196 L206 180 M196 214 L226 196 M220 230 L248 210", "ink", 7),
)
_SOCK = path(
    "M150 70 H226 V204 Q228 224 250 236 L292 262 Q312 280 298 300 Q284 318 258 310 L176 272 "
    "Q150 258 150 228 Z",
    "main",
)
_SOCKS = sketch(
    moved(
        -56,
        -6,
        _SOCK,
        path("M150 70 H226 V98 H150 Z", "accent"),
        path("M150 226 L190 246 L178 274 Q150 258 150 228 Z", "accent"),
    ),
    moved(
        30,
        16,
        _SOCK,
        path("M150 70 H226 V98 H150 Z", "deep"),
        rect(150, 116, 76, 12, "soft"),
        rect(150, 142, 76, 12, "soft"),
        path("M150 226 L190 246 L178 274 Q150 258 150 228 Z", "deep"),
        path("M292 262 Q312 280 298 300 Q284 318 258 310 Z", "deep"),
    ),
)
_BEANIE = sketch(
    disc(200, 84, 28, "soft"),
    path("M96 246 Q92 96 200 96 Q308 96 304 246 Z", "main"),
    *(line(f"M{200 + 26 * k} {112 + 5 * abs(k) ** 2} V232", "deep", 5) for k in range(-3, 4)),
    rect(82, 234, 236, 66, "deep", 22),
    *(line(f"M{x} 250 V286", "main", 7) for x in range(106, 308, 23)),
)
_SUN_HAT = sketch(
    ground(120),
    oval(200, 262, 158, 46, "wood"),
    oval(200, 252, 158, 42, "main"),
    path("M112 246 Q112 124 200 124 Q288 124 288 246 Q200 280 112 246 Z", "main"),
    path("M112 214 Q200 250 288 214 V246 Q200 280 112 246 Z", "accent"),
    line("M138 180 Q150 146 186 140", "white", 7),
)
_SCARF = sketch(
    turned(
        6,
        rect(208, 170, 66, 150, "deep", 4),
        *(line(f"M{x} 322 V340", "deep", 6) for x in range(214, 272, 13)),
        rect(208, 250, 66, 14, "accent"),
    ),
    turned(
        -6,
        rect(142, 180, 70, 136, "main", 4),
        *(line(f"M{x} 318 V336", "main", 6) for x in range(148, 210, 13)),
        rect(142, 220, 70, 14, "soft"),
        rect(142, 264, 70, 14, "soft"),
        rect(168, 184, 14, 132, "soft"),
    ),
    path("M98 120 Q104 84 200 84 Q296 84 302 120 Q306 198 200 202 Q94 198 98 120 Z", "main"),
    oval(200, 116, 72, 24, "deep"),
    line("M128 172 Q200 200 272 172", "soft", 10),
)

MOTIFS = {
    "t-shirt": _T_SHIRT,
    "striped": _STRIPED_SHIRT,
    "shirt|button-down": _BUTTON_SHIRT,
    "roll-neck": _ROLL_NECK,
    "sweater": _SWEATER,
    "cardigan": _CARDIGAN,
    "rain": _RAIN_JACKET,
    "parka": _PARKA,
    "jacket": _JACKET,
    "fleece": _FLEECE,
    "trouser": _WIDE_TROUSERS,
    "jean|pant": _TROUSERS,
    "pinafore": _PINAFORE,
    "dress": _DRESS,
    "belt": _BELT,
    "boot": _BOOT,
    "sneaker|shoe": _SNEAKER,
    "sock": _SOCKS,
    "beanie": _BEANIE,
    "hat": _SUN_HAT,
    "scarf": _SCARF,
    "": _T_SHIRT,
}

"""Motifs of beauty products."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    moved,
    oval,
    path,
    rect,
    ring,
    sketch,
    turned,
)

_DROP = path("M200 196 Q232 240 200 262 Q168 240 200 196 Z", "accent")
_MOISTURIZER = sketch(
    ground(70),
    path("M130 84 H270 L254 268 H146 Z", "main"),
    rect(126, 70, 148, 18, "deep", 4),
    rect(150, 266, 100, 46, "ink", 8),
    disc(200, 158, 25, "glow"),
    line(
        "M200 116 V106 M200 210 V200 M158 158 H148 M252 158 H242 M170 128 L163 121 M230 128 "
        "L237 121 "
        "M170 188 L163 195 M230 188 L237 195",
        "glow",
        7,
    ),
    line("M172 232 H228", "soft", 8),
)
_SERUM = sketch(
    ground(70),
    rect(174, 52, 52, 64, "ink", 18),
    rect(162, 110, 76, 36, "gold", 5),
    path("M168 146 H232 L266 182 V300 Q266 312 254 312 H146 Q134 312 134 300 V182 Z", "main"),
    rect(150, 196, 100, 92, "paper", 6),
    moved(0, 10, _DROP),
    line("M148 186 L168 164", "soft", 6),
)
_CREAM = sketch(
    ground(100),
    path("M104 196 Q128 168 160 178 Q176 124 214 152 Q236 166 228 184 Q276 164 296 196 Z", "paper"),
    rect(96, 192, 208, 120, "main", 24),
    rect(96, 192, 208, 20, "deep", 9),
    disc(200, 260, 30, "accent"),
    disc(200, 260, 22, "glow"),
    line("M200 242 V278 M184 251 L216 269 M216 251 L184 269", "accent", 4),
)
_PUMP = sketch(
    ground(70),
    path("M150 92 Q150 70 172 70 H224 V88 H210 V124 H190 V92 Z", "ink"),
    rect(168, 116, 64, 28, "ink", 6),
    rect(128, 140, 144, 172, "main", 22),
    rect(146, 182, 108, 92, "paper", 8),
    *(
        disc(x, y, r, "water")
        for x, y, r in (
            (184, 232, 20),
            (216, 220, 14),
            (212, 248, 10),
            (124, 92, 11),
            (106, 112, 7),
            (132, 116, 5),
        )
    ),
)
_WATER = sketch(
    ground(70),
    rect(168, 64, 64, 46, "ink", 8),
    path(
        "M164 108 H236 Q266 122 266 156 V300 Q266 312 254 312 H146 Q134 312 134 300 V156 Q134 "
        "122 164 108 Z",
        "glass",
    ),
    path(
        "M134 180 Q166 168 200 180 T266 180 V300 Q266 312 254 312 H146 Q134 312 134 300 Z", "water"
    ),
    rect(152, 204, 96, 78, "paper", 6),
    moved(0, 6, path("M200 212 Q226 248 200 266 Q174 248 200 212 Z", "main")),
)
_SOAP = sketch(
    ground(110),
    path(
        "M88 214 Q88 176 128 176 H272 Q312 176 312 214 V274 Q312 306 280 306 H120 Q88 306 88 274 Z",
        "deep",
    ),
    rect(88, 160, 224, 118, "main", 40),
    rect(118, 184, 164, 70, "soft", 28),
    path("M200 240 Q168 232 170 196 Q204 204 200 240 Q198 206 230 196 Q234 232 200 240 Z", "leaf"),
    *(
        disc(x, y, r, "white")
        for x, y, r in (
            (124, 132, 22),
            (160, 116, 13),
            (278, 136, 16),
            (250, 118, 9),
            (92, 150, 10),
        )
    ),
)
_SHAVING_SOAP = sketch(
    ground(110),
    path("M112 196 Q112 152 156 160 Q176 116 216 142 Q262 130 268 170 Q296 176 290 200 Z", "white"),
    oval(200, 198, 118, 24, "bark"),
    oval(200, 194, 98, 15, "paper"),
    path("M82 198 Q200 240 318 198 Q312 306 236 312 H164 Q88 306 82 198 Z", "wood"),
    line("M110 236 Q122 274 152 288", "glow", 8),
)
_SHAVING_BRUSH = sketch(
    ground(60),
    path("M142 76 Q200 44 258 76 L234 184 H166 Z", "paper"),
    path("M150 110 L166 184 H234 L250 110 Q200 132 150 110 Z", "ink"),
    rect(162, 180, 76, 18, "gold", 5),
    path(
        "M166 198 H234 Q236 230 220 246 Q250 274 244 312 H156 Q150 274 180 246 Q164 230 166 198 Z",
        "wood",
    ),
    line("M176 286 Q176 272 186 262", "glow", 6),
)
_RAZOR = turned(
    34,
    rect(120, 70, 160, 42, "steel", 14),
    rect(128, 106, 144, 12, "iron", 4),
    path("M150 70 Q200 48 250 70 Z", "iron"),
    rect(188, 116, 24, 46, "iron", 4),
    rect(182, 158, 36, 176, "main", 14),
    *(line(f"M186 {y} H214", "deep", 4) for y in range(186, 300, 14)),
)
_LIPSTICK = sketch(
    ground(80),
    path("M128 182 V112 Q132 80 180 70 V182 Z", "red"),
    rect(122, 178, 64, 48, "gold", 4),
    rect(112, 222, 84, 90, "ink", 6),
    rect(220, 168, 80, 144, "main", 8),
    rect(220, 190, 80, 10, "gold"),
    line("M142 124 V166", "white", 6),
)
_LIP_BALM = sketch(
    ground(120),
    *(
        sketch(
            path(f"M{x + 6} 156 V128 Q{x + 26} 108 {x + 46} 128 V156 Z", c),
            rect(x, 154, 52, 36, "steel", 4),
            rect(x, 184, 52, 128, body, 8),
        )
        for x, c, body in (
            (80, "red", "main"),
            (143, "accent", "deep"),
            (206, "soft", "main"),
            (269, "bark", "deep"),
        )
    ),
)
_MASCARA = sketch(
    turned(
        -14,
        rect(112, 150, 52, 176, "main", 14),
        rect(112, 160, 52, 14, "gold"),
    ),
    turned(
        14,
        rect(240, 60, 50, 122, "main", 14),
        rect(240, 168, 50, 14, "gold"),
        line("M265 184 V250", "iron", 7),
        rect(250, 236, 30, 92, "ink", 14),
        *(line(f"M242 {y} H288", "ink", 4) for y in range(246, 326, 9)),
    ),
)
_PALETTE = sketch(
    path("M92 84 H308 Q318 84 318 94 V184 H82 V94 Q82 84 92 84 Z", "deep"),
    rect(98, 98, 204, 76, "glass", 4),
    line("M120 156 L160 110 M142 164 L190 110", "white", 7),
    rect(72, 184, 256, 128, "main", 12),
    *(
        rect(x, y, 50, 46, c, 6)
        for y, row in (
            (198, ("wood", "bark", "gold", "red")),
            (252, ("glow", "accent", "brown", "paper")),
        )
        for x, c in zip((86, 146, 206, 264), row, strict=True)
    ),
)


def _make_up_brush(tip: str) -> str:
    return sketch(
        path(tip, "accent"),
        path("M180 150 H220 L214 196 H186 Z", "steel"),
        path("M186 196 H214 L206 330 Q200 338 194 330 Z", "main"),
    )


_BRUSHES = sketch(
    turned(-20, moved(-54, 14, _make_up_brush("M180 152 Q156 84 200 66 Q244 84 220 152 Z"))),
    turned(20, moved(54, 14, _make_up_brush("M180 152 L174 92 L222 70 L220 152 Z"))),
    moved(0, -6, _make_up_brush("M180 152 Q142 88 164 66 Q200 48 236 66 Q258 88 220 152 Z")),
)


def _tall_bottle(cap: str, *label: str) -> str:
    return sketch(
        ground(70),
        cap,
        path(
            "M150 122 H250 Q268 126 268 150 V300 Q268 312 256 312 H144 Q132 312 132 300 V150 "
            "Q132 126 150 122 Z",
            "main",
        ),
        rect(132, 170, 136, 104, "paper"),
        *label,
    )


_SHAMPOO = _tall_bottle(
    rect(164, 72, 72, 54, "ink", 8),
    line(
        "M176 250 Q160 216 184 188 M200 254 Q184 218 204 184 M224 250 Q210 216 228 188", "accent", 7
    ),
)
_CONDITIONER = _tall_bottle(
    path("M160 126 L150 96 Q150 84 162 84 H238 Q250 84 250 96 L240 126 Z", "ink"),
    moved(0, -8, _DROP),
)
_PERFUME = sketch(
    ground(90),
    rect(172, 62, 56, 56, "gold", 8),
    rect(182, 116, 36, 22, "iron"),
    rect(110, 136, 180, 176, "glass", 18),
    rect(124, 176, 152, 122, "main", 10),
    rect(154, 206, 92, 60, "paper", 4),
    path("M200 212 L216 234 H208 L220 252 H180 L192 234 H184 Z", "leaf"),
    line("M128 158 H150", "white", 7),
)
_HAIR_DRYER = sketch(
    line("M226 300 C240 350 320 330 330 280", "ink", 9),
    path("M196 190 H256 L244 308 H212 Z", "deep"),
    path("M120 108 H246 Q312 110 312 160 Q312 210 246 212 H120 Z", "main"),
    path("M120 108 L78 96 V224 L120 212 Z", "ink"),
    ring(252, 160, 28, "deep", 8),
    rect(218, 222, 16, 34, "accent", 6),
    line("M56 130 H30 M56 160 H22 M56 190 H30", "water", 8),
    line("M140 132 H200", "soft", 8),
)

MOTIFS = {
    "moisturizer|sunscreen": _MOISTURIZER,
    "serum": _SERUM,
    "cream": _CREAM,
    "cleanser": _PUMP,
    "micellar": _WATER,
    "shaving soap": _SHAVING_SOAP,
    "soap": _SOAP,
    "shaving brush": _SHAVING_BRUSH,
    "razor": _RAZOR,
    "lipstick": _LIPSTICK,
    "lip balm": _LIP_BALM,
    "mascara": _MASCARA,
    "palette": _PALETTE,
    "brush": _BRUSHES,
    "shampoo": _SHAMPOO,
    "conditioner": _CONDITIONER,
    "parfum|perfume": _PERFUME,
    "dryer": _HAIR_DRYER,
    "": _PUMP,
}

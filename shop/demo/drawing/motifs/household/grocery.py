"""Motifs of groceries: a package (bag, tin, jar, bottle, box) with its contents on the label."""

from shop.demo.drawing.shapes import (
    disc,
    ground,
    line,
    moved,
    oval,
    path,
    rect,
    sketch,
    turned,
)


def _bag(*label: str) -> str:
    return sketch(
        ground(90),
        path("M122 98 H278 L290 300 Q290 312 278 312 H122 Q110 312 110 300 Z", "main"),
        path("M122 98 L132 72 H268 L278 98 Z", "deep"),
        line("M128 100 H272", "soft", 5),
        rect(136, 138, 128, 136, "paper", 10),
        *label,
    )


def _tin(*label: str) -> str:
    return sketch(
        ground(80),
        rect(120, 112, 160, 200, "main", 12),
        oval(200, 112, 80, 20, "deep"),
        rect(116, 92, 168, 30, "steel", 10),
        oval(200, 94, 84, 16, "white"),
        rect(120, 148, 160, 124, "paper"),
        *label,
    )


def _can(*label: str) -> str:
    return sketch(
        ground(80),
        rect(120, 96, 160, 216, "iron", 10),
        rect(120, 124, 160, 164, "main"),
        oval(200, 98, 80, 18, "steel"),
        oval(200, 98, 64, 11, "iron"),
        rect(120, 150, 160, 112, "paper"),
        *label,
    )


def _jar(contents: str, *label: str) -> str:
    return sketch(
        ground(90),
        rect(112, 118, 176, 194, "glass", 30),
        rect(122, 144, 156, 160, contents, 22),
        rect(126, 82, 148, 44, "main", 8),
        line("M138 104 H262", "soft", 5),
        rect(122, 178, 156, 92, "paper"),
        *label,
    )


def _bottle(contents: str, *label: str) -> str:
    return sketch(
        ground(70),
        path(
            "M178 100 H222 V146 Q264 172 264 206 V300 Q264 312 252 312 H148 Q136 312 136 300 V206 "
            "Q136 172 178 146 Z",
            contents,
        ),
        rect(172, 58, 56, 46, "main", 6),
        rect(136, 206, 128, 82, "paper"),
        line("M152 200 Q154 184 170 174", "white", 6),
        *label,
    )


def _box(*label: str) -> str:
    return sketch(
        ground(100),
        path("M286 108 L318 90 V292 L286 312 Z", "deep"),
        path("M106 108 L138 90 H318 L286 108 Z", "soft"),
        rect(106, 108, 180, 204, "main"),
        rect(124, 150, 144, 120, "paper", 8),
        *label,
    )


_COFFEE_BEANS = sketch(
    *(
        sketch(oval(x, y, 19, 25, "brown"), line(f"M{x + 3} {y - 16} q-9 16 0 32", "wood", 4))
        for x, y in ((176, 190), (224, 190), (200, 234))
    ),
)
_CUP = sketch(
    line("M228 196 Q254 196 248 216 Q242 228 226 228", "brown", 7),
    path("M160 184 H232 V222 Q230 244 208 244 H184 Q160 244 160 222 Z", "brown"),
    line("M180 172 q-7 -10 0 -18 M204 172 q-7 -10 0 -18", "iron", 5),
)
_LEAVES = sketch(
    path("M200 246 Q154 230 158 168 Q206 184 200 246 Z", "leaf"),
    path("M200 246 Q194 190 242 172 Q248 230 200 246 Z", "leaf"),
    line("M200 250 Q184 214 172 196 M200 250 Q212 214 230 194", "paper", 4),
)
_CHAMOMILE = sketch(
    disc(200, 200, 50, "leaf"),
    *(turned(45 * k, oval(200, 172, 11, 17, "white")) for k in range(8)),
    disc(200, 200, 17, "gold"),
)
_OLIVES = sketch(
    line("M158 226 Q200 216 238 234", "leaf", 6),
    oval(182, 252, 17, 22, "leaf"),
    oval(218, 256, 17, 22, "leaf"),
    path("M196 226 Q210 204 236 214 Q220 234 196 226 Z", "leaf"),
)
_GRAPES = sketch(
    *(
        disc(x, y, 12, "deep")
        for x, y in ((178, 236), (200, 236), (222, 236), (189, 254), (211, 254), (200, 271))
    ),
    path("M200 228 Q206 212 226 212 Q220 230 200 228 Z", "leaf"),
)
_RIGATONI = sketch(
    *(
        moved(
            x,
            y,
            turned(
                a,
                rect(166, 184, 68, 34, "gold", 4),
                oval(234, 201, 9, 17, "wood"),
                line("M176 194 H222 M176 207 H222", "glow", 4),
            ),
            scale=0.75,
        )
        for a, x, y in ((-24, 44, 32), (12, 56, 76))
    ),
)
_TOMATO = sketch(
    disc(200, 210, 42, "red"),
    path("M200 182 L172 172 L192 166 L200 152 L208 166 L228 172 Z", "leaf"),
    line("M176 206 Q178 192 190 188", "white", 5),
)
_HONEY = sketch(
    *(
        path(f"M{x} {y} l18 10 v20 l-18 10 l-18 -10 v-20 Z", "gold")
        for x, y in ((181, 186), (219, 186), (200, 219))
    ),
)
_PEANUT = sketch(
    path(
        "M154 224 Q154 200 178 202 Q196 210 212 202 Q244 200 246 226 Q244 250 214 248 Q196 240 "
        "180 248 "
        "Q154 250 154 224 Z",
        "wood",
    ),
    *(
        disc(x, y, 4, "bark")
        for x, y in ((172, 218), (178, 234), (196, 224), (216, 216), (226, 234))
    ),
)
_ORANGE = sketch(
    disc(200, 224, 38, "accent"),
    disc(200, 224, 31, "glow"),
    *(line(d, "accent", 5) for d in ("M200 196 V252", "M176 210 L224 238", "M224 210 L176 238")),
)
_CHILI = sketch(
    path("M160 204 Q186 190 208 216 Q226 238 250 232 Q226 262 194 244 Q170 230 160 204 Z", "red"),
    line("M162 204 Q154 194 160 184", "leaf", 7),
)
_JALAPENO = sketch(
    *(
        sketch(
            disc(x, y, 21, "leaf"),
            disc(x, y, 14, "glow"),
            disc(x - 4, y, 3, "leaf"),
            disc(x + 5, y + 3, 3, "leaf"),
        )
        for x, y in ((162, 214), (204, 238), (240, 206))
    ),
)
_OATS = sketch(
    line("M200 266 V160", "gold", 6),
    *(
        oval(x, y, 9, 16, "gold")
        for x, y in (
            (200, 156),
            (182, 178),
            (218, 178),
            (180, 208),
            (220, 208),
            (182, 238),
            (218, 238),
        )
    ),
)
_PEPPERCORNS = sketch(
    *(
        disc(x, y, 12, c)
        for x, y, c in (
            (170, 180, "ink"),
            (204, 174, "brown"),
            (234, 190, "ink"),
            (180, 212, "brown"),
            (212, 208, "ink"),
            (238, 226, "brown"),
            (168, 242, "ink"),
            (202, 244, "ink"),
        )
    ),
)
_PEPPER = sketch(
    path(
        "M168 190 Q150 232 186 256 Q200 246 214 256 Q250 232 232 190 Q216 172 200 186 Q184 172 "
        "168 190 Z",
        "red",
    ),
    line("M200 184 Q200 168 212 160", "leaf", 8),
)
_SALT = sketch(
    *(
        moved(
            x, y, turned(a, rect(186, 186, 28, 28, "water", 4), rect(191, 191, 10, 10, "white", 2))
        )
        for x, y, a in ((-28, -4, 14), (22, -18, -20), (0, 34, 30), (38, 30, 4), (-42, 40, -8))
    ),
)
_MAPLE = path(
    "M200 216 L176 256 L180 236 L152 238 L162 226 L146 206 L164 206 L162 192 L182 204 L178 176 "
    "L190 182 "
    "L200 160 L210 182 L222 176 L218 204 L238 192 L236 206 L254 206 L238 226 L248 238 L220 236 "
    "L224 256 Z",
    "red",
)
_NUT = sketch(
    oval(184, 218, 24, 34, "bark"),
    line("M184 190 V246 M172 198 Q166 218 172 238 M196 198 Q202 218 196 238", "wood", 4),
    oval(226, 196, 18, 12, "gold"),
    oval(228, 240, 18, 12, "gold"),
)


def _chocolate(squares: str, *extras: str) -> str:
    return turned(
        -14,
        rect(122, 62, 156, 176, squares, 8),
        *(rect(x, y, 40, 38, "bark", 4) for x in (132, 180, 228) for y in (72, 118, 164)),
        path(
            "M114 186 L132 176 L150 190 L168 176 L186 190 L204 176 L222 190 L240 176 L258 190 "
            "L276 176 "
            "L286 186 V342 H114 Z",
            "main",
        ),
        rect(136, 228, 128, 76, "paper", 6),
        *extras,
    )


_DARK_CHOCOLATE = _chocolate("brown", moved(60, 116, _SALT, scale=0.7))
_HAZELNUT = sketch(
    path("M178 262 Q200 240 222 262 Q216 296 200 298 Q184 296 178 262 Z", "wood"),
    path("M178 266 Q200 236 222 266 Q200 256 178 266 Z", "bark"),
)
_NUT_CHOCOLATE = _chocolate("brown", moved(-28, 0, _HAZELNUT), moved(28, 0, _HAZELNUT))
_JUG = sketch(
    ground(80),
    line("M244 136 Q316 136 296 212 L262 236", "brown", 17),
    path(
        "M168 98 H232 V140 Q276 170 276 220 V300 Q276 312 264 312 H136 Q124 312 124 300 V220 "
        "Q124 170 168 140 Z",
        "brown",
    ),
    rect(162, 62, 76, 42, "main", 8),
    rect(140, 198, 120, 92, "paper", 6),
    moved(30, 50, _MAPLE, scale=0.92),
)
_RAMEN = sketch(
    ground(110),
    line("M232 190 L330 70 M252 196 L352 92", "bark", 10),
    path("M92 186 Q150 150 200 160 Q262 146 308 186 Z", "glow"),
    line("M112 180 q16 -24 32 0 q16 -24 32 0", "gold", 7),
    oval(226, 170, 32, 20, "white"),
    oval(226, 170, 15, 11, "accent"),
    path("M146 182 L160 138 H188 L182 184 Z", "leaf"),
    path("M72 184 H328 Q320 286 238 304 V312 H162 V304 Q80 286 72 184 Z", "main"),
    line("M98 214 Q108 256 140 276", "soft", 9),
)
_SPARKLING = sketch(
    ground(110),
    *(
        sketch(
            rect(x, y, 92, 196, "steel", 18),
            rect(x, y + 22, 92, 152, c),
            oval(x + 46, y + 6, 38, 9, "iron"),
            disc(x + 46, y + 96, 32, "accent"),
            disc(x + 46, y + 96, 24, "glow"),
            line(f"M{x + 46} {y + 74} v44 M{x + 26} {y + 96} h40", "accent", 5),
        )
        for x, y, c in ((78, 96, "deep"), (218, 96, "deep"), (148, 116, "main"))
    ),
    *(disc(x, y, 5, "paper") for x, y in ((166, 158), (224, 168), (176, 272), (216, 278))),
)

MOTIFS = {
    "ground coffee": _bag(_CUP),
    "coffee": _bag(_COFFEE_BEANS),
    "chamomile": _box(moved(-4, 10, _CHAMOMILE)),
    "matcha": _tin(
        path("M150 200 H250 Q248 252 200 252 Q152 252 150 200 Z", "deep"),
        oval(200, 200, 50, 13, "leaf"),
    ),
    "tea": _tin(_LEAVES),
    "olive oil": _bottle("leaf", _OLIVES),
    "vinegar": _bottle("brown", _GRAPES),
    "rigatoni|pasta|spaghetti": _box(_RIGATONI),
    "tomato": _can(_TOMATO),
    "honey": _jar("gold", _HONEY),
    "peanut butter": _jar("wood", _PEANUT),
    "marmalade|jam": _jar("accent", _ORANGE),
    "hazelnut": _NUT_CHOCOLATE,
    "drinking chocolate": _tin(_CUP),
    "chocolate": _DARK_CHOCOLATE,
    "salt": _box(moved(-6, 8, _SALT)),
    "peppercorn": _jar("ink", moved(20, 56, _PEPPERCORNS, scale=0.86)),
    "paprika": _tin(_PEPPER),
    "oat": _bag(_OATS),
    "granola": _bag(_NUT),
    "syrup": _JUG,
    "ramen": _RAMEN,
    "chili": _jar("red", _CHILI),
    "sparkling": _SPARKLING,
    "jalapeño|pickle": _jar("leaf", _JALAPENO),
    "": _jar("accent", _LEAVES),
}

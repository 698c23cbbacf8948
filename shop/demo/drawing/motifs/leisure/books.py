"""Motifs of books, which differ by the emblem on the cover."""

from shop.demo.drawing.shapes import disc, ground, line, oval, path, rect, ring, sketch


def _book(*emblem: str) -> str:
    return sketch(
        ground(100),
        path("M110 296 H292 V318 H124 Q104 318 104 304 Z", "paper"),
        rect(104, 72, 190, 232, "main", 8),
        path("M104 80 Q104 72 112 72 H126 V304 H104 Z", "deep"),
        line("M118 312 H292", "deep", 7),
        *emblem,
    )


_NOVEL = _book(
    rect(146, 96, 128, 66, "paper", 4),
    line("M164 118 H256 M178 140 H242", "main", 8),
    path("M210 190 L250 236 L210 282 L170 236 Z", "accent"),
    disc(210, 236, 14, "paper"),
)
_ROAD = _book(
    disc(212, 142, 32, "glow"),
    path("M126 206 Q170 160 212 196 T294 186 V304 H126 Z", "soft"),
    path(
        "M206 198 Q240 226 204 248 Q150 274 176 304 H246 Q214 276 244 250 Q268 222 218 198 Z",
        "paper",
    ),
)
_SEA = _book(
    disc(248, 124, 24, "glow"),
    path("M154 208 H268 L248 240 H174 Z", "paper"),
    path("M206 122 V200 H158 Z", "accent"),
    path("M214 140 V200 H250 Z", "paper"),
    line(
        "M144 262 q16 -14 32 0 t32 0 t32 0 t32 0 M144 286 q16 -14 32 0 t32 0 t32 0 t32 0", "soft", 8
    ),
)
_LAMP = _book(
    path(
        "M210 132 Q252 180 240 214 Q228 236 210 236 Q192 236 180 214 Q168 180 210 132 Z", "accent"
    ),
    path("M210 176 Q230 200 222 218 Q210 230 198 218 Q190 200 210 176 Z", "glow"),
    rect(184, 234, 52, 48, "paper", 4),
    line("M160 284 H260", "paper", 8),
)
_MAP = _book(
    ring(210, 188, 58, "paper", 8),
    path("M210 142 L224 188 L210 234 L196 188 Z", "accent"),
    path("M164 188 L210 176 L256 188 L210 200 Z", "paper"),
    line("M164 272 H256", "paper", 8),
)
_ENGINE = _book(
    disc(192, 172, 42, "paper"),
    *(
        line(d, "paper", 18)
        for d in ("M192 116 V228 M136 172 H248", "M152 132 L232 212", "M232 132 L152 212")
    ),
    disc(192, 172, 18, "main"),
    disc(248, 246, 26, "accent"),
    line("M248 212 V280 M214 246 H282", "accent", 13),
    disc(248, 246, 10, "main"),
)
_FEATHER = _book(
    path("M166 274 Q150 150 264 108 Q278 214 186 248 Z", "paper"),
    line("M158 286 Q190 220 246 136", "accent", 6),
    line("M192 224 L230 216 M208 194 L246 182", "main", 5),
)
_ORBIT = _book(
    disc(210, 188, 46, "accent"),
    line("M140 222 C150 250 300 178 278 152", "paper", 9),
    *(disc(x, y, 5, "paper") for x, y in ((156, 110), (262, 104), (150, 276), (268, 262))),
    disc(272, 228, 12, "soft"),
)
_CROWN = _book(
    path("M152 222 L144 142 L182 176 L210 124 L238 176 L276 142 L268 222 Z", "gold"),
    rect(152, 228, 116, 16, "gold", 4),
    *(disc(x, y, 9, "paper") for x, y in ((144, 138), (210, 118), (276, 138))),
    line("M172 276 H248", "paper", 7),
)
_BRIDGE = _book(
    line("M140 234 H282", "paper", 10),
    line("M172 134 V268 M248 134 V268", "paper", 10),
    line("M140 200 Q160 176 172 140 Q210 240 248 140 Q260 176 282 200", "accent", 6),
    line("M192 200 V230 M210 210 V230 M228 200 V230", "accent", 5),
    line("M144 286 q17 -12 34 0 t34 0 t34 0 t34 0", "soft", 7),
)
_PLANT = _book(
    line("M210 262 V160", "paper", 8),
    path("M210 206 Q150 206 150 146 Q206 150 210 206 Z", "leaf"),
    path("M210 180 Q214 122 272 118 Q270 178 210 180 Z", "soft"),
    path("M210 246 Q212 200 262 200 Q258 246 210 246 Z", "accent"),
    line("M166 270 H254", "paper", 9),
)
_POT = _book(
    rect(156, 184, 108, 76, "paper", 16),
    rect(146, 170, 128, 18, "accent", 9),
    line("M182 148 q-10 -16 0 -32 M210 148 q-10 -16 0 -32 M238 148 q-10 -16 0 -32", "soft", 7),
)
_LOAF = _book(
    path(
        "M146 240 V190 Q132 144 176 142 H246 Q288 144 274 190 V240 Q274 252 262 252 H158 "
        "Q146 252 146 240 Z",
        "wood",
    ),
    path("M160 236 V186 Q150 158 180 158 H240 Q270 158 260 186 V236 Z", "glow"),
    line("M184 178 V216 M210 178 V216 M236 178 V216", "wood", 7),
)
_NIGHT = _book(
    path("M232 112 A70 70 0 1 0 276 216 A58 58 0 0 1 232 112 Z", "glow"),
    *(
        disc(x, y, 6, "paper")
        for x, y in ((262, 136), (282, 172), (150, 128), (158, 276), (256, 270))
    ),
)
_CHART = _book(
    line("M154 120 V262 H276", "paper", 8),
    *(rect(x, y, 22, 256 - y, "accent", 3) for x, y in ((172, 214), (206, 180), (240, 142))),
    line("M166 190 L212 152 L262 110", "glow", 6),
)
_FORK = _book(
    path(
        "M182 104 H192 V158 H204 V104 H216 V158 H228 V104 H238 V168 Q236 194 220 200 V280 H200 "
        "V200 Q184 194 182 168 Z",
        "paper",
    ),
    line("M156 292 H264", "accent", 7),
)
_BIRD = _book(
    path(
        "M146 196 Q150 140 204 136 Q226 120 248 136 L276 148 L250 162 Q252 236 190 240 L150 262 Z",
        "paper",
    ),
    path("M164 204 Q196 160 232 184 Q214 226 164 204 Z", "accent"),
    disc(232, 146, 6, "ink"),
    line("M190 240 V276 M212 234 V276", "gold", 6),
)
_CITY = _book(
    *(
        rect(x, y, 38, 276 - y, colour, 2)
        for x, y, colour in ((144, 190, "soft"), (188, 132, "paper"), (232, 168, "soft"))
    ),
    *(rect(200, y, 14, 16, "main") for y in (150, 180, 210, 240)),
    path("M246 276 Q240 222 262 204 Q284 222 278 276 Z", "leaf"),
    line("M140 280 H284", "paper", 7),
)
_BADGER = _book(
    disc(162, 146, 22, "ink"),
    disc(258, 146, 22, "ink"),
    oval(210, 200, 70, 68, "paper"),
    path("M172 146 Q190 200 184 252 Q144 238 142 196 Q146 160 172 146 Z", "ink"),
    path("M248 146 Q230 200 236 252 Q276 238 278 196 Q274 160 248 146 Z", "ink"),
    disc(176, 196, 8, "white"),
    disc(244, 196, 8, "white"),
    oval(210, 252, 18, 13, "ink"),
)
_TRAIN = _book(
    path("M260 96 A30 30 0 1 0 282 140 A26 26 0 0 1 260 96 Z", "glow"),
    rect(214, 166, 58, 84, "accent", 6),
    rect(150, 196, 76, 54, "paper", 8),
    rect(162, 166, 18, 34, "paper", 3),
    rect(228, 180, 30, 28, "glow", 4),
    *(disc(x, 256, 18, "ink") for x in (172, 214, 254)),
    line("M142 282 H282", "soft", 7),
)
_LIGHTHOUSE = _book(
    path("M204 138 L140 106 V170 Z M216 138 L284 106 V170 Z", "glow"),
    path("M192 160 H228 L240 274 H180 Z", "paper"),
    path("M188 190 H231 L235 222 H185 Z", "red"),
    rect(194, 122, 32, 36, "gold", 3),
    path("M186 122 L210 98 L234 122 Z", "red"),
    line("M150 280 q15 -12 30 0 t30 0 t30 0 t30 0", "soft", 8),
)
_NOTEBOOK = _book(
    rect(150, 120, 120, 150, "paper", 6),
    *(line(f"M166 {y} H178 M192 {y} H254", "main", 6) for y in (146, 172, 198, 224, 248)),
    line("M268 94 L232 214", "accent", 11),
)
_GLOBE = _book(
    disc(210, 188, 66, "water"),
    path("M160 156 Q186 126 220 130 Q232 160 200 172 Q190 206 166 208 Q142 186 160 156 Z", "leaf"),
    path("M236 186 Q262 176 274 196 Q264 236 238 244 Q222 216 236 186 Z", "leaf"),
    line("M166 280 H254", "paper", 8),
)

MOTIFS = {
    "road": _ROAD,
    "lighthouse": _LIGHTHOUSE,
    "ferry|sea|island": _SEA,
    "lamp": _LAMP,
    "cartographer": _MAP,
    "engine|machine": _ENGINE,
    "poem": _FEATHER,
    "orbit|space": _ORBIT,
    "court|crown": _CROWN,
    "bridge": _BRIDGE,
    "garden|planting": _PLANT,
    "pot|supper": _POT,
    "notebook": _NOTEBOOK,
    "bread|sourdough": _LOAF,
    "badger": _BADGER,
    "train": _TRAIN,
    "night": _NIGHT,
    "statistics": _CHART,
    "fork": _FORK,
    "bird": _BIRD,
    "city": _CITY,
    "atlas": _GLOBE,
    "": _NOVEL,
}

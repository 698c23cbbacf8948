"""The fixed-charge problem of one large order, solved by HiGHS.

Huangfu and Hall 2018, Parallelizing the dual revised simplex method, is what HiGHS is
built on; https://highs.dev.
"""

from collections.abc import Sequence

import highspy

SECONDS = 1.0


def cheapest_set(
    places: Sequence[int],
    fixed: Sequence[int],
    unit: Sequence[Sequence[int]],
    have: Sequence[Sequence[int]],
    need: Sequence[int],
) -> list[int] | None:
    """Return the warehouses of the cheapest choice; None if that is not proved in SECONDS."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", SECONDS)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    ships = {place: model.addBinary(obj=float(fixed[place])) for place in places}
    units = {
        (place, n): model.addVariable(
            lb=0, ub=float(min(have[place][n], wanted)), obj=float(unit[place][n])
        )
        for n, wanted in enumerate(need)
        for place in places
        if wanted and have[place][n]
    }
    for n, wanted in enumerate(need):
        if wanted:
            model.addConstr(
                sum(units[place, n] for place in places if (place, n) in units) == wanted
            )
    for (place, n), quantity in units.items():
        model.addConstr(quantity <= min(have[place][n], need[n]) * ships[place])
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = model.getSolution().col_value
    return [place for place in places if values[ships[place].index] > 0.5]

"""A chart of the costs: python -m benchmarks.assignment.plot results.json docs/assignment.png

Needs matplotlib, which the rest of the shop does not: pip install matplotlib. The figures
come from `make bench-assignment RESULTS=results.json`.
"""

import json
import statistics
import sys
from pathlib import Path

import matplotlib.pyplot as plt

OURS = ("cheapest", "cheapest, again", "foresighted", "foresighted, again")


def main(results: str, picture: str) -> None:
    """Draw the costs of the policies in the file `results` as bars, into the file `picture`."""
    costs = {
        name: [cost / 100 for cost in costs_by_seed]
        for name, costs_by_seed in json.loads(Path(results).read_text()).items()
    }
    bound = statistics.fmean(costs.pop("clairvoyant bound"))
    names = sorted(costs, key=lambda name: -statistics.fmean(costs[name]))
    figure, axes = plt.subplots(figsize=(9, 4.2))
    axes.barh(
        names,
        [statistics.fmean(costs[name]) for name in names],
        xerr=[statistics.stdev(costs[name]) for name in names],
        color=["#0b5d4e" if name in OURS else "#b9b2a3" for name in names],
    )
    axes.axvline(bound, color="#a3221c", linestyle="--")
    axes.margins(y=0.08)
    axes.text(bound, len(names) - 0.4, "perfect foresight costs no less", color="#a3221c")
    axes.set_xlabel("dollars to ship an order; bars: one standard deviation over seeds")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(picture, dpi=130)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Benchmark of the shipping costs under each policy, beside a bound for perfect foresight.

    make bench-assignment [ORDERS=3000] [SITES=10] [SEEDS=11,12,13,14,15]

The policies were tuned on seeds 1 to 5; report others.
"""

import json
import os
import statistics
import sys
import time
from multiprocessing import Pool
from pathlib import Path

from benchmarks.assignment.clairvoyant import lower_bound
from benchmarks.assignment.policies import POLICIES
from benchmarks.assignment.simulation import Outcome, Simulation
from benchmarks.assignment.world import make_world

ORDERS = int(os.environ.get("ORDERS", "3000"))
SITES = int(os.environ.get("SITES", "10"))
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "11,12,13,14,15").split(",")]
T95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}


def main() -> None:
    """Run the simulations and print a table of costs."""
    start = time.perf_counter()
    with Pool(min(2, len(SEEDS))) as pool:
        seeds = pool.map(run_seed, SEEDS, chunksize=1)
    print(f"{ORDERS} orders in a fortnight, {SITES} warehouses, {len(SEEDS)} seeds:", *SEEDS)
    print(f"{'':24}{'cost':>9}{'parcels':>9}{'split':>7}{'late':>6}{'gap captured':>18}{'s':>7}")
    myopic = [outcomes["cheapest"].cost for outcomes, _ in seeds]
    bounds = [bound for _, bound in seeds]
    for policy in POLICIES:
        results = [outcomes[policy.name] for outcomes, _ in seeds]
        shares = [
            (m - result.cost) / (m - b)
            for result, m, b in zip(results, myopic, bounds, strict=True)
        ]
        print(
            f"{policy.name:24}"
            f"{mean(result.cost / result.orders / 100 for result in results):9.3f}"
            f"{mean(result.parcels / result.orders for result in results):9.3f}"
            f"{mean(100 * result.split / result.orders for result in results):6.1f}%"
            f"{mean(result.late for result in results):6.0f}"
            f"{interval(shares):>18}"
            f"{mean(result.seconds for result in results):7.1f}"
        )
    orders = [outcomes["cheapest"].orders for outcomes, _ in seeds]
    least = mean(b / n / 100 for b, n in zip(bounds, orders, strict=True))
    print(f"{'clairvoyant bound':24}{least:9.3f}")
    for name in ("greedy: nearest", "cheapest"):
        savings = [o[name].cost - o["foresighted, again"].cost for o, _ in seeds]
        percentages = [100 * s / o[name].cost for s, (o, _) in zip(savings, seeds, strict=True)]
        print(f"foresighted, again costs {interval(percentages, unit='%')} less than {name}")
    print(f"{time.perf_counter() - start:.0f} s in all")
    if path := os.environ.get("RESULTS"):
        costs = {p.name: [o[p.name].cost / o[p.name].orders for o, _ in seeds] for p in POLICIES}
        costs["clairvoyant bound"] = [b / n for b, n in zip(bounds, orders, strict=True)]
        Path(path).write_text(json.dumps(costs))


def run_seed(seed: int) -> tuple[dict[str, Outcome], float]:
    """Return the outcome of each policy in the world of a seed, and the lower bound."""
    world = make_world(seed, orders=ORDERS, warehouses=SITES)
    outcomes = {policy.name: Simulation(world, policy, seed).run() for policy in POLICIES}
    start = time.perf_counter()
    bound = lower_bound(world)
    print(f"seed {seed}: bound in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return outcomes, bound


def mean(values) -> float:
    """Return the arithmetic mean."""
    return statistics.fmean(values)


def interval(values: list[float], *, unit: str = "") -> str:
    """Return the mean with its 95 % confidence interval (Student's t) as text."""
    if len(values) < 2:
        return f"{values[0]:.2f}{unit}"
    half = T95.get(len(values), 2.0) * statistics.stdev(values) / len(values) ** 0.5
    return f"{mean(values):.2f} ± {half:.2f}{unit}"


if __name__ == "__main__":
    main()

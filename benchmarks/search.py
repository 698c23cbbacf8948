"""The speed of the search, in K: the time to look up the stock of 24 items by key.

    make bench-search [SIZES=50000,500000]

The words of the generated catalogue are distributed as those of a language are (Zipf).
Queries of each class alternate with K, so both meet the same noise.
"""

import http.client
import itertools
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from benchmarks.stage import own_shop, web_server
from shop.embedded.data_folder import BASE_DIR

SIZES = [int(size) for size in os.environ.get("SIZES", "50000,500000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "300"))
SECONDS = 4
CONNECTIONS = 16  # the kernel deals them out to the workers, and few unevenly
SEED = 11
WORDS = 60_000
BRANDS, CATEGORIES = 2000, 120
WRITES, WRITES_A_SECOND = 500, 50
SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]


class Vocabulary:
    """Pronounceable words, the n-th of which is drawn 1/n as often as the first."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        words: dict[str, None] = {}
        while len(words) < WORDS:
            words["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4))))] = None
        self.words = list(words)
        self._weights = list(itertools.accumulate(1 / (n + 10) for n in range(WORDS)))

    def draw(self, count: int) -> str:
        """Return that many words, drawn by their frequency."""
        return " ".join(self.chance.choices(self.words, cum_weights=self._weights, k=count))

    def of_class(self, name: str) -> str:
        """Return a query of a class: of one common word, two less common, a rare one, …"""
        pick = self.chance.choice
        head, mid, tail = self.words[:100], self.words[100:5000], self.words[5000:40000]
        return {
            "head": lambda: pick(head),
            "mid": lambda: f"{pick(mid)} {pick(head)}",
            "tail": lambda: pick(tail),
            "typo": lambda: _misspelt(pick(mid), self.chance),
            "prefix": lambda: pick(mid)[: self.chance.randint(1, 5)],
            "none": lambda: "qx" + pick(tail)[:3] + "xq7",
        }[name]()


def main() -> None:
    """Measure each of SIZES and print a table."""
    if len(SIZES) == 1:
        print_table({SIZES[0]: bench(SIZES[0])})
        return
    costs = {}
    for size in SIZES:  # each with a database of its own, which one process cannot change
        with tempfile.NamedTemporaryFile("r") as file:
            environment = {**os.environ, "SIZES": str(size), "COSTS": file.name}
            subprocess.run([sys.executable, "-m", "benchmarks.search"], env=environment, check=True)
            costs[size] = json.load(file)
    print_table(costs)


def bench(size: int) -> dict[str, float]:
    """Measure a shop of that many items; return the costs in K by class of query."""
    with own_shop():
        words = Vocabulary(random.Random(SEED))
        fill(size, words)
        build(size)
        costs = measure(words)
        throughput(words)
        over_http(words)
        lag(words)
    if path := os.environ.get("COSTS"):
        Path(path).write_text(json.dumps(costs))
    return costs


def fill(size: int, words: Vocabulary) -> None:
    """Insert that many items, a tenth of them without stock."""
    from django.db import connection

    start = time.monotonic()
    brands = [words.draw(1).title() for _ in range(BRANDS)]
    categories = [words.draw(2).title() for _ in range(CATEGORIES)]
    columns = "sku, name, brand, category, description, price, image, is_active"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # opens the connection
        with cursor.copy(f"COPY catalog_item ({columns}) FROM STDIN") as copy:
            for n in range(size):
                row = (
                    f"G-{n:08d}",
                    words.draw(6).title(),
                    brands[int(BRANDS * words.chance.random() ** 3)],
                    categories[int(CATEGORIES * words.chance.random() ** 2)],
                    words.draw(25),
                    f"{words.chance.uniform(1, 900):.2f}",
                    "",
                    True,
                )
                copy.write_row(row)
        cursor.execute(
            "INSERT INTO catalog_aggregatedstock (item_id, stock)"
            " SELECT id, CASE WHEN id % 10 = 0 THEN 0 ELSE id % 50 END FROM catalog_item"
        )
        cursor.execute("ANALYZE")
    print(f"\n{size} items generated in {time.monotonic() - start:.0f} s")


def build(size: int) -> None:
    """Build the index, and print its time, disk and memory."""
    from catalog.search.index.generations import current_folder
    from catalog.search.index.indexer import rebuild

    start = time.monotonic()
    rebuild()
    duration = time.monotonic() - start
    files = [path for path in Path(current_folder()).rglob("*") if path.is_file()]
    disk = sum(path.stat().st_size for path in files) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{size} items indexed in {duration:.0f} s; {disk:.0f} MB on disk, {peak:.0f} MB at most")


def measure(words: Vocabulary) -> dict[str, float]:
    """Return the cost in K of each class of query."""
    from catalog.search.engines.selection import local
    from catalog.search.query.search_query import SearchQuery
    from catalog.search.service import get_item_catalogue, suggest

    def uncached(text: str) -> None:
        local.search(SearchQuery(text=text), offset=0, limit=24)

    def cached(text: str) -> None:
        get_item_catalogue(SearchQuery(text=text))

    popular = words.of_class("head")
    classes = {
        "cached, live": (cached, [popular] * ROUNDS),
        **{
            name: (uncached, [words.of_class(name) for _ in range(ROUNDS)])
            for name in ("head", "mid", "tail", "typo", "none")
        },
        "suggest": (suggest, [words.of_class("prefix") for _ in range(ROUNDS)]),
    }
    for _ in range(3):
        cached(popular)
    return {name: in_k(search, texts) for name, (search, texts) in classes.items()}


def in_k(search: Callable[[str], object], texts: list[str]) -> float:
    """Return the median time of a search, over the median of K measured in turn with it."""
    costs, ks = [], []
    for text in texts:
        ks.append(seconds(k))
        costs.append(seconds(lambda text=text: search(text)))
    return statistics.median(costs) / statistics.median(ks)


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def k() -> None:
    """Look up the stock of 24 items by key, as Django does."""
    from catalog.models import AggregatedStock

    first = random.randrange(1, 40_000)
    list(AggregatedStock.objects.filter(pk__in=range(first, first + 24)))


def throughput(words: Vocabulary, clients: int = 4) -> None:
    """Print how many cached searches a second that many threads get, beside K."""
    from catalog.search.query.search_query import SearchQuery
    from catalog.search.service import get_item_catalogue

    popular = words.of_class("head")

    def rate(call: Callable[[], object]) -> float:
        from django.db import connection

        counts = [0] * clients
        end = time.monotonic() + SECONDS

        def work(number: int) -> None:
            while time.monotonic() < end:
                call()
                counts[number] += 1
            connection.close()

        threads = [threading.Thread(target=work, args=[n]) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / SECONDS

    base = rate(k)
    cached = rate(lambda: get_item_catalogue(SearchQuery(text=popular)))
    share = cached / base
    print(f"{clients} clients: {cached:.0f} cached searches/s, {share:.2f} of K's {base:.0f}")


def over_http(words: Vocabulary) -> None:
    """Print how many searches a second a web server answers, beside a trivial view."""
    popular = quote(words.of_class("head"))
    paths = {
        "trivial": "/trivial/1/",
        "page": f"/search/?q={popular}",
        "API": f"/api/v1/items/?q={popular}",
    }
    rates = {}
    with web_server(target="benchmarks.trivial:application") as port:
        for name, path in paths.items():
            rates[name] = request_rate(port, path)
    for name in ("page", "API"):
        share = rates[name] / rates["trivial"]
        print(f"HTTP {name}: {rates[name]:.0f}/s, {share:.2f} of {rates['trivial']:.0f}/s trivial")


def request_rate(port: int, path: str) -> float:
    """Return the responses a second over CONNECTIONS connections that are kept alive."""
    end = time.monotonic() + SECONDS
    counts: list[int] = []

    def request() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        count = 0
        while time.monotonic() < end:
            connection.request("GET", path)
            connection.getresponse().read()
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=request) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def lag(words: Vocabulary) -> None:
    """Write items at a steady rate beside an indexer, and print how soon each is found."""
    indexer = subprocess.Popen([sys.executable, "manage.py", "index_search"], cwd=BASE_DIR)
    try:
        time.sleep(2)  # the indexer is up
        ordered = sorted(measure_lags(words))
    finally:
        indexer.terminate()
        indexer.wait()
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99) - 1]
    rate = f"{WRITES_A_SECOND} writes a second"
    print(f"At {rate} an item is found after {p50:.2f} s (p50), {p99:.2f} s (p99)")


def measure_lags(words: Vocabulary) -> list[float]:
    """Write items in a thread; return the seconds after which the search finds each."""
    from catalog.search.engines.selection import local
    from catalog.search.query.search_query import SearchQuery

    written: dict[str, float] = {}
    lags: list[float] = []
    writer = threading.Thread(target=write_items, args=[words, written])
    writer.start()
    while writer.is_alive() or len(lags) < WRITES:
        for word in [*written]:
            query = SearchQuery(text=word, is_literal=True)
            if local.search(query, offset=0, limit=1).ids:
                lags.append(time.monotonic() - written.pop(word))
        time.sleep(0.01)
    return lags


def write_items(words: Vocabulary, written: dict[str, float]) -> None:
    """Write WRITES items at WRITES_A_SECOND, and record the time of each by its word."""
    from django.db import connection

    from catalog.items import create_item

    for n in range(WRITES):
        start = time.monotonic()
        word = f"lagging{n:05d}"
        create_item(sku=word, name=f"{word} {words.draw(4)}", price="5.00")
        written[word] = time.monotonic()
        time.sleep(max(0.0, 1 / WRITES_A_SECOND - (time.monotonic() - start)))
    connection.close()


def print_table(costs: dict[int, dict[str, float]]) -> None:
    """Print the costs of each size, unless this is the process of one size."""
    if os.environ.get("COSTS"):
        return
    print(f"\n{'p50 in K':14}" + "".join(f"{size:>12}" for size in costs))
    for name in costs[SIZES[0]]:
        print(f"{name:14}" + "".join(f"{of_size[name]:12.2f}" for of_size in costs.values()))


def _misspelt(word: str, chance: random.Random) -> str:
    index = chance.randrange(1, len(word))
    return word[:index] + word[index] + word[index:]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()

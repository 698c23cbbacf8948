"""Buy something over the shop's REST API, with nothing but Python.

    python buy_something.py http://127.0.0.1:8000 TOKEN "desk lamp"

Every write carries an Idempotency-Key: it may be repeated when its answer was lost, and has
its effect once. Where the shop asks to wait, it is waited.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "410 Terry Ave N",
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98109",
    "country": "US",
}


class Shop:
    def __init__(self, url: str, token: str):
        self.url, self.token = url.rstrip("/") + "/api/v1", token

    def call(self, method: str, path: str, body=None, *, attempts: int = 5):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid.uuid4())  # the same one for every attempt
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        for attempt in range(1, attempts + 1):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = json.load(error)
                if error.code not in (429, 503) or attempt == attempts:
                    sys.exit(f"{problem['title']}: {problem['detail']}")
                time.sleep(float(error.headers.get("Retry-After", 1)))
            except (urllib.error.URLError, TimeoutError):  # was it done? ask again, same key
                if attempt == attempts:
                    raise
                time.sleep(2**attempt / 10)

    def buy(self, words: str) -> dict:
        query = urllib.parse.urlencode({"q": words, "in_stock": "true"})
        found = self.call("GET", f"/items/?{query}")["results"]
        if not found:
            sys.exit("Nothing in stock is called that.")
        self.call("PUT", f"/cart/items/{found[0]['id']}/", {"quantity": 1})
        hold = self.call("POST", "/checkout/")  # ten minutes, in which nobody can take it
        return self.call("POST", "/orders/", {"checkout": hold["id"], "shipping_address": ADDRESS})


if __name__ == "__main__":
    order = Shop(sys.argv[1], sys.argv[2]).buy(sys.argv[3])
    print(f"Order {order['number']}: {order['price']} {order['currency']}, {order['status']}")

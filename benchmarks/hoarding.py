"""A crowd of hoarders against a crowd of shoppers, with the limits and without them.

    make simulate-hoarding [SHOPPERS=1000 HOARDERS=1000 SEED=1]

Hoarders sign up from HOSTILE_NETWORKS, want everything, take what each refusal leaves them,
and order and cancel to hold again. Shoppers want one to three items; some are known
customers, some are new and share their network with a family, a tenth with an office. All act in a
random order within a few minutes, a hoarder three times, the first hundred of them before
anybody else. No hold expires meanwhile, which is the worst case.
"""

import logging
import os
import random
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.stage import ADDRESS, own_shop

SHOPPERS = int(os.environ.get("SHOPPERS", "1000"))
HOARDERS = int(os.environ.get("HOARDERS", "1000"))
SEED = int(os.environ.get("SEED", "1"))
ITEMS = 374
UNITS = 343  # of an item, in the mean
HOSTILE_NETWORKS = 40
HEAD_START = 100  # hoarders who act before any shopper
ROUNDS = 3  # of each hoarder
GREED = 40  # items in a hoarder's cart
TRIES = 3  # of one hoarder in one round
WITHOUT_LIMITS = {
    "NEWCOMER_SHARE": 100,
    "NEWCOMER_NETWORK_SHARE": 100,
    "NEWCOMER_UNIT_MINUTES_PER_HOUR": 10**9,
    "MAX_UNIT_MINUTES_PER_HOUR": 10**9,
}


@dataclass
class Person:
    """A shopper or a hoarder, and what became of them."""

    customer: object
    kind: str
    wishes: dict[int, int] = field(default_factory=dict)  # units by item
    got: int = 0


def main() -> None:
    with own_shop():
        logging.getLogger("shop.security").disabled = True  # a line for each refusal
        print(f"{'':28}{'without limits':>18}{'with limits':>18}")
        before, after = run(WITHOUT_LIMITS, "a"), run({}, "b")
        for name in before:
            print(f"{name:28}{before[name]:>18}{after[name]:>18}")


def run(limits: dict[str, int], label: str) -> dict[str, str]:
    """Stock the shop anew, let everybody act, and return the figures."""
    from django.test import override_settings

    from warehouses.stock.audit import find_breaches

    dice = random.Random(SEED)
    items = stock_the_shop(dice, label)
    people = sign_up_everybody(dice, items, label)
    with override_settings(**limits):
        act(people, items, dice)
    figures = measure(people, items)
    figures["breaches of the audit"] = str(len(list(find_breaches())))
    return figures


def stock_the_shop(dice: random.Random, label: str) -> list[int]:
    """Create the items of one run; return their keys."""
    from catalog.models import AggregatedStock, Item
    from warehouses.inventory.receiving import receive_stock
    from warehouses.models import Warehouse

    warehouse, _ = Warehouse.objects.get_or_create(
        code="SIM", defaults={"name": "Simulation", "postal_code": "98101"}
    )
    items = Item.objects.bulk_create(
        Item(sku=f"{label}-{n}", name=f"Item {n}", price=10, category="Things")
        for n in range(ITEMS)
    )
    AggregatedStock.objects.bulk_create(AggregatedStock(item=item) for item in items)
    for item in items:
        units = 1 + int(dice.expovariate(1 / UNITS))
        receive_stock(warehouse=warehouse, item=item, quantity=units)
    return [item.pk for item in items]


def sign_up_everybody(dice: random.Random, items: list[int], label: str) -> list[Person]:
    """Create the accounts, all with a confirmed address."""
    from orders.newcomers import confirm_newcomer, record_newcomer
    from shop.accounts.models import User

    def sign_up(number: int, kind: str, network: str = "") -> Person:
        user = User.objects.create(email=f"{label}{number}-{kind[:3]}@example.com")
        if network:
            record_newcomer(customer=user, network=network)
            confirm_newcomer(customer_id=user.pk)
        return Person(user, kind)

    people = []
    for number in range(HOARDERS):
        hoarder = sign_up(number, "hoarder", f"{label}-hostile-{number % HOSTILE_NETWORKS}")
        people.append(hoarder)
    for number in range(SHOPPERS):
        if number % 10 == 0:
            shopper = sign_up(number, "new, from an office", f"{label}-office")
        elif number % 2:
            shopper = sign_up(number, "new, of a family", f"{label}-home-{number // 4}")
        else:
            shopper = sign_up(number, "known")
        chosen = dice.sample(items, dice.randint(1, 3))
        shopper.wishes = {item: dice.choice((1, 1, 1, 2)) for item in chosen}
        people.append(shopper)
    return people


def act(people: list[Person], items: list[int], dice: random.Random) -> None:
    """Let everybody act, in a random order after the head start."""
    hoarders = [person for person in people if person.kind == "hoarder"]
    turns = [person for person in people if person.kind != "hoarder"]
    turns += [hoarder for number, hoarder in enumerate(hoarders) for _ in range(ROUNDS)]
    dice.shuffle(turns)
    for person in [*hoarders[:HEAD_START], *turns]:
        if person.kind == "hoarder":
            hoard(person, items, dice)
        else:
            shop_for_wishes(person)


def shop_for_wishes(person: Person) -> None:
    """Order the wishes, or else as much of them as one refusal leaves."""
    checkout = try_to_hold(person, dict(person.wishes), tries=2)
    if checkout:
        person.got = sum(line.quantity for line in checkout.lines.all())
        submit(person, checkout)


def hoard(person: Person, items: list[int], dice: random.Random) -> None:
    """Hold as much as can be had; sometimes order and cancel first, which frees the hold."""
    from orders.cancellation import cancel_order
    from orders.models import Checkout

    running = Checkout.objects.held().filter(customer=person.customer).first()
    if running and dice.random() < 0.5:
        cancel_order(order_id=submit(person, running).pk)
    cart = dict.fromkeys(dice.sample(items, GREED), 99)
    try_to_hold(person, cart, tries=TRIES)


def try_to_hold(person: Person, cart: dict[int, int], *, tries: int):
    """Begin a checkout of the cart, lowered after each refusal; None if all were refused."""
    from catalog.exceptions import InsufficientStock
    from orders.checkout.holds import begin_checkout
    from orders.exceptions import HoldLimitReached, HoldTooLarge, NewcomerShareReached

    for _ in range(tries):
        fill_cart(person, cart)
        if not cart:
            return None
        try:
            return begin_checkout(customer=person.customer)
        except InsufficientStock as refusal:
            cart |= {shortage.item_id: shortage.left for shortage in refusal.shortages}
        except NewcomerShareReached as refusal:
            cart |= {limit.item_id: limit.allowed for limit in refusal.limits}
        except HoldTooLarge as refusal:
            cart = cut_down(cart, refusal.limit)
        except HoldLimitReached:
            return None
        cart = {item: quantity for item, quantity in cart.items() if quantity > 0}
    return None


def cut_down(cart: dict[int, int], limit: int) -> dict[int, int]:
    """Return a cart of so many units at most, spread over as many of its items as it can be."""
    items = list(cart)[:limit]
    return {item: min(cart[item], limit // len(items)) for item in items}


def fill_cart(person: Person, cart: dict[int, int]) -> None:
    from cart.cart import cart_of
    from cart.models import CartItem

    own = cart_of(person.customer)
    CartItem.objects.filter(cart=own).delete()
    CartItem.objects.bulk_create(
        CartItem(cart=own, item_id=item, quantity=quantity, price_seen=10)
        for item, quantity in cart.items()
    )


def submit(person: Person, checkout):
    from orders.ordering import submit_order

    return submit_order(customer=person.customer, checkout_id=checkout.pk, shipping_address=ADDRESS)


def measure(people: list[Person], items: list[int]) -> dict[str, str]:
    """Return how many shoppers were served, and what the hoarders have."""
    from django.db.models import Sum

    from catalog.models import AggregatedStock
    from orders.models import CheckoutItem
    from warehouses.models import WarehouseStock

    figures = {}
    wanted, served = Counter(), Counter()
    for person in people:
        for kind in {person.kind, "all shoppers"} if person.wishes else ():
            wanted[kind] += 1
            served[kind] += person.got == sum(person.wishes.values())
    for kind in sorted(wanted):
        figures[f"served: {kind}"] = f"{served[kind]} of {wanted[kind]}"
    stock = AggregatedStock.objects.filter(item__in=items)
    figures["items sold out"] = f"{stock.filter(stock=0).count()} of {len(items)}"
    held = CheckoutItem.objects.filter(
        item__in=items, checkout__status="held", checkout__customer__newcomer__isnull=False
    )
    units = held.aggregate(units=Sum("quantity"))["units"] or 0
    received = WarehouseStock.objects.filter(item__in=items).aggregate(units=Sum("physical_stock"))
    figures["units held by hoarders"] = f"{units:,} of {received['units']:,}"
    holders = held.values("checkout").distinct().count()
    figures["hoarders with a hold"] = f"{holders} of {HOARDERS}"
    return figures


if __name__ == "__main__":
    main()

"""Tables of carts, their lines and saved items."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import Item

MAX_QUANTITY = 999


class CartQuerySet(models.QuerySet["Cart"]):
    def lock(self):
        """Return the carts, locked by key until commit: the first lock of every purchase."""
        return self.order_by("pk").select_for_update(no_key=True)


class Cart(models.Model):
    """A cart, one per customer. A visitor's has no customer; the session has its key."""

    customer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cart",
    )
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"cart of {self.customer or 'a visitor'}"


class CartItem(models.Model):
    """A line of a cart: units of an item."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    price_seen = models.DecimalField(
        "price that the customer has seen", max_digits=12, decimal_places=2
    )

    held = 0  # units in the customer's own hold, set by cart.held_units where a page needs them

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "item"], name="one_line_per_item_in_cart"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="cart_quantity_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"

    @property
    def line_total(self):
        """Return the price of all units, in major currency units."""
        return self.item.price * self.quantity

    @property
    def has_new_price(self) -> bool:
        """Return whether the item's price differs from the one the customer has seen."""
        return self.item.price != self.price_seen

    @property
    def left(self) -> int:
        """Return the units that this customer can still have."""
        return self.item.stock + self.held

    @property
    def is_short(self) -> bool:
        """Return whether fewer units are left than the line's quantity."""
        return self.left < self.quantity

    @property
    def problem(self) -> str | None:
        """Return why the line cannot be bought: "out_of_stock", "only_n_left" or None."""
        if self.left == 0 or not self.item.is_active:
            return "out_of_stock"
        return "only_n_left" if self.is_short else None


class SavedItem(models.Model):
    """An item saved for later: it is no line of the cart, and no total includes it."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="saved")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "item"], name="an_item_is_saved_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="saved_quantity_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}, for later"

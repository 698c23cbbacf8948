"""Holds and new customers in the admin: staff see who holds what, end holds, and trust people."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.html import format_html

from orders.checkout.holds import end_hold
from orders.exceptions import NoHeldCheckout
from orders.models import Checkout, CheckoutItem, Newcomer
from orders.newcomers import trust_customers
from shop.core.admin.confirm import Confirmation, confirm_and_act
from shop.core.admin.lists import ReadOnlyLines, ReadOnlyList
from shop.core.authors import Author
from shop.core.security_log import Action, record

MAX_REASON_LENGTH = 200


class ReasonToEnd(forms.Form):
    """Why the selected holds are ended, for the admin's history."""

    reason = forms.CharField(max_length=MAX_REASON_LENGTH)


def _end(checkout: Checkout, inputs: Mapping[str, Any], author: Author) -> str:
    end_hold(checkout_id=checkout.pk)
    record(
        Action.HOLD_ENDED,
        user_id=author.user.pk,
        checkout=checkout.pk,
        customer=checkout.customer_id,
    )
    return f"The hold {checkout.pk} is over and its units are on sale: {inputs['reason']}"


def _trust(newcomer: Newcomer, inputs: Mapping[str, Any], author: Author) -> str:
    trust_customers(customer_ids=[newcomer.pk])
    record(Action.CUSTOMER_TRUSTED, user_id=author.user.pk, customer=newcomer.pk)
    return f"Customer {newcomer.pk} has the limits of a known customer."


END = Confirmation(
    title="End holds and put their units back on sale",
    button="End these holds",
    act=_end,
    refusals=(NoHeldCheckout,),
    shared_form=ReasonToEnd,
    name=lambda hold: f"{hold.customer}: {hold.units} units",
)
TRUST = Confirmation(
    title="Trust new customers",
    button="Trust these customers",
    act=_trust,
    refusals=(),
)


class HeldLines(ReadOnlyLines):
    """The held units of each item."""

    model = CheckoutItem
    fields = ["item", "quantity", "price"]


class NewCustomerFilter(admin.SimpleListFilter):
    """Whether the customer is new, so that nothing vouches for the account yet."""

    title = "customer"
    parameter_name = "new"

    def lookups(self, request, model_admin):
        """Return the two kinds of customers."""
        return [("1", "new"), ("0", "known")]

    def queryset(self, request, queryset):
        """Return the holds of new or of known customers."""
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.filter(customer__newcomer__isnull=self.value() == "0")


@admin.register(Checkout)
class HoldAdmin(ReadOnlyList):
    """The running holds, those with the most units first."""

    list_display = ["pk", "who", "new_from", "units", "created_at", "expires_at"]
    list_filter = [NewCustomerFilter]
    search_fields = ["customer__email__iexact", "customer__newcomer__network__exact"]
    search_help_text = "A whole e-mail address, or the network of a sign-up"
    list_select_related = ["customer__newcomer"]
    sortable_by = ()
    inlines = [HeldLines]
    actions = ["end"]
    fields = ["who", "new_from", "created_at", "expires_at"]
    readonly_fields = ["who", "new_from"]

    def get_queryset(self, request):
        """Read the running holds with their units."""
        holds = Checkout.objects.held().select_related("customer__newcomer")
        return holds.annotate(units=Sum("lines__quantity"))

    def get_ordering(self, request):
        """Show the greatest holds first."""
        return ["-units", "-pk"]

    @admin.display(description="customer")
    def who(self, checkout: Checkout) -> str:
        """Return a link to the customer."""
        url = reverse("admin:accounts_user_change", args=[checkout.customer_id])
        return format_html('<a href="{}">{}</a>', url, checkout.customer)

    @admin.display(description="signed up from")
    def new_from(self, checkout: Checkout) -> str:
        """Return the network of a new customer's sign-up."""
        newcomer = getattr(checkout.customer, "newcomer", None)
        return newcomer.network if newcomer else "known customer"

    @admin.display(description="units")
    def units(self, checkout: Any) -> int:
        """Return the units of all lines."""
        return checkout.units

    @admin.action(description="End holds …", permissions=["act"])
    def end(self, request, queryset):
        """Confirm, then end the selected holds."""
        return confirm_and_act(END, self, request, queryset)


@admin.register(Newcomer)
class NewcomerAdmin(ReadOnlyList):
    """New customers, the latest first, with the units that they hold."""

    list_display = ["customer", "network", "signed_up_at", "confirmed_at", "units_held"]
    list_filter = [("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["customer__email__iexact", "network__exact"]
    search_help_text = "A whole e-mail address, or the network of a sign-up"
    list_select_related = ["customer"]
    sortable_by = ()
    ordering = ["-pk"]
    actions = ["trust"]

    def get_queryset(self, request):
        """Read the newcomers with the units that each holds now."""
        held = CheckoutItem.objects.filter(
            checkout__customer=OuterRef("pk"), checkout__status=Checkout.Status.HELD
        )
        units = held.order_by().values("checkout__customer").annotate(units=Sum("quantity"))
        newcomers = super().get_queryset(request)
        return newcomers.annotate(units_held=Subquery(units.values("units")))

    @admin.display(description="units held")
    def units_held(self, newcomer: Any) -> int:
        """Return the units that the customer holds now."""
        return newcomer.units_held or 0

    @admin.action(description="Trust …", permissions=["act"])
    def trust(self, request, queryset):
        """Confirm, then end the tighter limits of the selected customers."""
        return confirm_and_act(TRUST, self, request, queryset)

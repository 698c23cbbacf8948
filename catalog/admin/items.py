"""Items and their stock in the admin: items can be edited, stock can only be read."""

from django.contrib import admin, messages
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.http import HttpResponseRedirect

from catalog.admin.forms import ItemForm
from catalog.exceptions import SkuExists
from catalog.items import save_item, update_item
from catalog.models import AggregatedStock, Item
from catalog.storefront.availability import MAX_FEW
from shop.core.admin.lists import QuickList, ReadOnlyList
from shop.core.db.transactions import run_transaction
from shop.core.regions import currency


class StockFilter(admin.SimpleListFilter):
    """Filters items by the number of units that can still be promised."""

    title = "stock"
    parameter_name = "stock"
    conditions = {
        "none": Q(aggregated_stock__stock=0),
        "few": Q(aggregated_stock__stock__range=(1, MAX_FEW)),
        "more": Q(aggregated_stock__stock__gt=MAX_FEW),
    }

    def lookups(self, request, model_admin):
        """Return the choices none, few and more."""
        return [
            ("none", "none left"),
            ("few", f"1 to {MAX_FEW} left"),
            ("more", f"more than {MAX_FEW}"),
        ]

    def queryset(self, request, queryset):
        """Return the items that meet the chosen condition, or all."""
        return queryset.filter(self.conditions.get(self.value() or "", Q()))


@admin.register(Item)
class ItemAdmin(QuickList):
    """Items, which staff create, edit, and take on or off sale."""

    form = ItemForm
    list_display = ["sku", "name", "amount", "brand", "category", "is_active", "stock"]
    list_display_links = ["sku", "name"]
    list_filter = ["is_active", StockFilter]
    search_fields = ["sku"]
    search_help_text = "Words of the item, or how its SKU begins"
    sortable_by = ["sku", "amount"]
    ordering = ["-pk"]
    actions = ["put_on_sale", "take_off_sale"]
    fields = [
        *["sku", "name", "description", "price", "brand", "category"],
        *["specifications", "weight", "image", "is_active"],
    ]
    read_only = ["stock", "created_at", "updated_at"]

    def get_queryset(self, request):
        """Read the stock in the same statement, and leave out the search document."""
        return (
            super()
            .get_queryset(request)
            .select_related("aggregated_stock")
            .defer("search_document")
        )

    def get_search_results(self, request, queryset, search_term):
        """Search by full text, or by the beginning of the sku."""
        if not search_term:
            return queryset, False
        words = SearchQuery(search_term, config="english", search_type="websearch")
        by_words = Q(search_document=words) | Q(sku__startswith=search_term)
        return queryset.filter(by_words), False

    def get_readonly_fields(self, request, obj=None):
        """Make the sku of an existing item read-only: feeds and delivery notes refer to it."""
        return ["sku", *self.read_only] if obj else []

    def get_fields(self, request, obj=None):
        """Show stock and times of an existing item only."""
        return [*self.fields, *self.read_only] if obj else self.fields

    def has_delete_permission(self, request, obj=None) -> bool:
        """Refuse to delete: sold items stay on record, and staff take them off sale instead."""
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show or save the form without Django's transaction around it.

        The form stores a picture over the network, which no transaction may wait for; then
        `save_item` writes the item in a transaction of its own.
        """
        try:
            return self._changeform_view(  # type: ignore[attr-defined]
                request, object_id, form_url, extra_context
            )
        except SkuExists as refusal:  # another item took the sku after the form's own check
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change) -> None:
        """Write the item with its stock row and its change record."""
        run_transaction(save_item, obj)

    @admin.display(description="price", ordering="price")
    def amount(self, item: Item) -> str:
        """Return the price with its currency."""
        return f"{item.price} {currency()}"

    @admin.display(description="units left")
    def stock(self, item: Item) -> int:
        """Return the units left; a new item has none."""
        return item.stock if item.pk else 0

    @admin.action(description="Put on sale", permissions=["change"])
    def put_on_sale(self, request, items) -> None:
        """Put the selected items on sale."""
        _set_on_sale(request, items, is_active=True)

    @admin.action(description="Take off sale", permissions=["change"])
    def take_off_sale(self, request, items) -> None:
        """Take the selected items off sale."""
        _set_on_sale(request, items, is_active=False)


def _set_on_sale(request, items, *, is_active: bool) -> None:
    item_ids = sorted(items.exclude(is_active=is_active).values_list("pk", flat=True))
    for item_id in item_ids:
        run_transaction(update_item, item_id=item_id, is_active=is_active)
    state = "on sale" if is_active else "off sale"
    messages.success(request, f"{len(item_ids)} items are {state} now.")


@admin.register(AggregatedStock)
class AggregatedStockAdmin(ReadOnlyList):
    """Aggregated stock by item, to read only."""

    list_display = ["item", "stock", "next_release_at"]
    list_select_related = ["item"]
    search_fields = ["item__sku__startswith", "item__name__icontains"]
    sortable_by = ["stock"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        """Leave out the long texts of the items."""
        deferred = ("item__search_document", "item__description")
        return super().get_queryset(request).select_related("item").defer(*deferred)

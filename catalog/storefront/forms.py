"""What a shopper asks of the catalogue, read forgivingly."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.search.query.search_query import MAX_CHOSEN, SearchQuery, Sort
from catalog.search.text.normalization import MAX_CHARACTERS

SORT_LABELS = {
    Sort.RELEVANCE: _("Best match"),
    Sort.PRICE: _("Price, low to high"),
    Sort.PRICE_DESCENDING: _("Price, high to low"),
    Sort.NEWEST: _("Newest first"),
}
# Far beyond any price; a longer number is nonsense.
MAX_DIGITS = 12
MAX_NAME_LENGTH = 120  # of a department or a brand


class SearchForm(forms.Form):
    """The parameters of a results page. What makes no sense counts as not given."""

    q = forms.CharField(required=False)
    min_price = forms.DecimalField(required=False, min_value=0, max_digits=MAX_DIGITS)
    max_price = forms.DecimalField(required=False, min_value=0, max_digits=MAX_DIGITS)
    in_stock = forms.BooleanField(required=False)
    literal = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=list(SORT_LABELS.items()))
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__({name: _tidy(str(value)) for name, value in asked.items()})
        self.categories = _chosen(asked, "category")
        self.brands = _chosen(asked, "brand")
        self.is_valid()

    def clean(self) -> None:
        lowest, highest = self.given("min_price"), self.given("max_price")
        if lowest is not None and highest is not None and lowest > highest:
            self.cleaned_data |= {"min_price": highest, "max_price": lowest}

    def given(self, name: str):
        """The value of a parameter that makes sense, or None."""
        value = self.cleaned_data.get(name)
        return None if value == "" else value

    @property
    def page_number(self) -> int:
        return self.given("page") or 1

    def query(self) -> SearchQuery:
        return SearchQuery(
            text=self.given("q") or "",
            categories=self.categories,
            brands=self.brands,
            min_price=self.given("min_price"),
            max_price=self.given("max_price"),
            in_stock=bool(self.given("in_stock")),
            sort=Sort(self.given("sort") or Sort.RELEVANCE),
            is_literal=bool(self.given("literal")),
        )

    def heading(self) -> str:
        """What the results page is called."""
        if text := self.given("q"):
            return _("Results for “%(text)s”") % {"text": text}
        return ", ".join(self.categories or self.brands) or str(_("All items"))

    def as_parameters(self) -> QueryDict:
        """The sensible parameters again, for links to other pages of the same results."""
        parameters = QueryDict(mutable=True)
        for name in self.fields:
            value = self.given(name)
            if value not in (None, False, Sort.RELEVANCE):
                parameters[name] = "on" if value is True else str(value)
        for name, chosen in (("category", self.categories), ("brand", self.brands)):
            if chosen:
                parameters.setlist(name, chosen)
        return parameters

    def as_literal(self) -> QueryDict:
        """The same again, for the words as they are written."""
        parameters = self.as_parameters()
        parameters["literal"] = "on"
        return parameters

    def as_canonical(self) -> QueryDict:
        """What says which results these are, however they are sorted and narrowed."""
        parameters = self.without_filters()
        if self.categories:
            parameters.setlist("category", self.categories)
        if self.page_number > 1:
            parameters["page"] = str(self.page_number)
        return parameters

    def without_filters(self) -> QueryDict:
        """The words alone, or nothing."""
        parameters = QueryDict(mutable=True)
        if text := self.given("q"):
            parameters["q"] = text
        return parameters


def _chosen(asked: QueryDict, name: str) -> tuple[str, ...]:
    """Names of departments or brands; one that is too long is none."""
    given = [value.replace("\x00", " ").strip() for value in asked.getlist(name)]
    return tuple(value for value in given[:MAX_CHOSEN] if 0 < len(value) <= MAX_NAME_LENGTH)


def _tidy(value: str) -> str:
    return value.replace("\x00", " ")[:MAX_CHARACTERS]

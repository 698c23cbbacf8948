"""The search form, which ignores parameters that are invalid."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.search.query.search_query import MAX_CHOICES_PER_FACET, SearchQuery, Sort
from catalog.search.service import SearchResults
from catalog.search.text.normalization import MAX_CHARACTERS

SORT_LABELS = {
    Sort.RELEVANCE: _("Best match"),
    Sort.PRICE: _("Price, low to high"),
    Sort.PRICE_DESCENDING: _("Price, high to low"),
    Sort.NEWEST: _("Newest first"),
}
# Far beyond any price; a longer number is nonsense.
MAX_DIGITS = 12
MAX_NAME_LENGTH = 120  # of a category or a brand


class SearchForm(forms.Form):
    """The parameters of a results page; an invalid one counts as absent."""

    q = forms.CharField(required=False)
    min_price = forms.DecimalField(required=False, min_value=0, max_digits=MAX_DIGITS)
    max_price = forms.DecimalField(required=False, min_value=0, max_digits=MAX_DIGITS)
    in_stock = forms.BooleanField(required=False)
    literal = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=list(SORT_LABELS.items()))
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, parameters: QueryDict) -> None:
        super().__init__({name: _tidy(str(value)) for name, value in parameters.items()})
        self.categories = _names(parameters, "category")
        self.brands = _names(parameters, "brand")
        self.is_valid()

    def clean(self) -> None:
        """Swap a lowest and a highest price that are the wrong way round."""
        lowest, highest = self.value("min_price"), self.value("max_price")
        if lowest is not None and highest is not None and lowest > highest:
            self.cleaned_data |= {"min_price": highest, "max_price": lowest}

    def value(self, name: str):
        """Return the value of a valid parameter, or None."""
        value = self.cleaned_data.get(name)
        return None if value == "" else value

    @property
    def page_number(self) -> int:
        """The number of the page; the first is 1."""
        return self.value("page") or 1

    def query(self) -> SearchQuery:
        """Return the parameters as a query of the search."""
        return SearchQuery(
            text=self.value("q") or "",
            categories=self.categories,
            brands=self.brands,
            min_price=self.value("min_price"),
            max_price=self.value("max_price"),
            in_stock=bool(self.value("in_stock")),
            sort=Sort(self.value("sort") or Sort.RELEVANCE),
            is_literal=bool(self.value("literal")),
        )

    def heading(self) -> str:
        """Return the heading of the results page."""
        if text := self.value("q"):
            return _("Results for “%(text)s”") % {"text": text}
        return ", ".join(self.categories or self.brands) or str(_("All items"))

    def as_parameters(self) -> QueryDict:
        """Return the valid parameters, for links to other pages of the same results."""
        parameters = QueryDict(mutable=True)
        for name in self.fields:
            value = self.value(name)
            if value not in (None, False, Sort.RELEVANCE):
                parameters[name] = "on" if value is True else str(value)
        for name, values in (("category", self.categories), ("brand", self.brands)):
            if values:
                parameters.setlist(name, values)
        return parameters

    def links_from_hints(self, results: SearchResults) -> dict[str, QueryDict]:
        """Return the parameters of the links by which a shopper takes back what was understood."""
        intent = results.intent
        return {
            "literal": self._with(literal="on"),
            "suggested": self._with(q=results.suggested_query or ""),
            "without_price": self._with(q=intent.without_price if intent else ""),
            "without_exclusions": self._with(q=intent.without_exclusions if intent else ""),
        }

    def _with(self, **changes: str) -> QueryDict:
        """Return the parameters of the first page with some of them changed."""
        parameters = self.as_parameters()
        parameters.pop("page", None)
        for name, value in changes.items():
            parameters[name] = value
        return parameters

    def as_canonical(self) -> QueryDict:
        """Return the parameters of the canonical URL: words, categories and page."""
        parameters = self.without_filters()
        if self.categories:
            parameters.setlist("category", self.categories)
        if self.page_number > 1:
            parameters["page"] = str(self.page_number)
        return parameters

    def without_filters(self) -> QueryDict:
        """Return the words alone, or no parameters."""
        parameters = QueryDict(mutable=True)
        if text := self.value("q"):
            parameters["q"] = text
        return parameters


def _names(parameters: QueryDict, name: str) -> tuple[str, ...]:
    """Return the names of categories or brands, without those that are too long."""
    values = [value.replace("\x00", " ").strip() for value in parameters.getlist(name)]
    return tuple(
        value for value in values[:MAX_CHOICES_PER_FACET] if 0 < len(value) <= MAX_NAME_LENGTH
    )


def _tidy(value: str) -> str:
    return value.replace("\x00", " ")[:MAX_CHARACTERS]

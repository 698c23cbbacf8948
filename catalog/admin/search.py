"""What staff teach the search, and what it tells them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from catalog.models import SearchQueryStat, Synonyms
from catalog.search.cache import invalidate_results
from catalog.search.text.synonyms import stems_of
from shop.core.admin.lists import ReadOnlyList


class SynonymsForm(forms.ModelForm):
    def clean_words(self) -> str:
        phrases = [phrase.strip() for phrase in self.cleaned_data["words"].split(",")]
        if len({stems_of(phrase) for phrase in phrases} - {()}) < 2:
            raise ValidationError("Write at least two different words or phrases.")
        return ", ".join(filter(None, phrases))


@admin.register(Synonyms)
class SynonymsAdmin(admin.ModelAdmin):
    """Words of one meaning; a change counts within seconds."""

    list_display = ["words"]
    search_fields = ["words"]
    form = SynonymsForm

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        invalidate_results()

    def delete_queryset(self, request, queryset) -> None:
        super().delete_queryset(request, queryset)
        invalidate_results()

    def delete_model(self, request, obj) -> None:
        super().delete_model(request, obj)
        invalidate_results()


class ResultsFilter(admin.SimpleListFilter):
    """Filters queries by whether they had results."""

    title = "results"
    parameter_name = "results"

    def lookups(self, request, model_admin):
        return [("nothing", "nothing"), ("something", "something")]

    def queryset(self, request, queryset):
        if self.value() == "nothing":
            return queryset.filter(results=0)
        return queryset.filter(results__gt=0) if self.value() else queryset


@admin.register(SearchQueryStat)
class SearchQueryStatAdmin(ReadOnlyList):
    """What shoppers search for; queries without results tell what is missing."""

    list_display = ["text", "count", "results", "last_searched_at"]
    list_filter = [ResultsFilter]
    search_fields = ["text"]
    ordering = ["-count"]

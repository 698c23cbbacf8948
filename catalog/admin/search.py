"""Synonyms, themes and search statistics in the admin."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from catalog.models import SearchQueryStat, Synonyms, Theme
from catalog.search.cache import invalidate_results
from catalog.search.text.synonyms import stem_phrase
from shop.core.admin.lists import ReadOnlyList


class SynonymsForm(forms.ModelForm):
    """Words of one meaning, separated by commas."""

    def clean_words(self) -> str:
        """Require two words or phrases that differ after stemming."""
        phrases = [phrase.strip() for phrase in self.cleaned_data["words"].split(",")]
        if len({stem_phrase(phrase) for phrase in phrases} - {()}) < 2:
            raise ValidationError("Write at least two different words or phrases.")
        return ", ".join(filter(None, phrases))


class WordsAdmin(admin.ModelAdmin):
    """Words that searches read; a change takes effect within seconds."""

    search_fields = ["words"]

    def save_model(self, request, obj, form, change) -> None:
        """Save the words and invalidate cached search results."""
        super().save_model(request, obj, form, change)
        invalidate_results()

    def delete_queryset(self, request, queryset) -> None:
        """Delete the selected words and invalidate cached search results."""
        super().delete_queryset(request, queryset)
        invalidate_results()

    def delete_model(self, request, obj) -> None:
        """Delete the words and invalidate cached search results."""
        super().delete_model(request, obj)
        invalidate_results()


@admin.register(Synonyms)
class SynonymsAdmin(WordsAdmin):
    """Words of one meaning."""

    list_display = ["words"]
    form = SynonymsForm


@admin.register(Theme)
class ThemeAdmin(WordsAdmin):
    """Words for several kinds of things."""

    list_display = ["words", "finds"]
    search_fields = ["words", "finds"]


class ResultsFilter(admin.SimpleListFilter):
    """Filters queries by whether they had results."""

    title = "results"
    parameter_name = "results"

    def lookups(self, request, model_admin):
        """Return the choices nothing and something."""
        return [("nothing", "nothing"), ("something", "something")]

    def queryset(self, request, queryset):
        """Return the queries without results, with results, or all."""
        if self.value() == "nothing":
            return queryset.filter(results=0)
        return queryset.filter(results__gt=0) if self.value() else queryset


@admin.register(SearchQueryStat)
class SearchQueryStatAdmin(ReadOnlyList):
    """Queries of shoppers; those without results show gaps in the catalogue."""

    list_display = ["text", "count", "results", "last_searched_at"]
    list_filter = [ResultsFilter]
    search_fields = ["text"]
    ordering = ["-count"]

"""Analysis of text into terms, alike for items and queries."""

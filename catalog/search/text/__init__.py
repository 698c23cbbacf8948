"""How text becomes terms, alike for items and queries."""

"""What warehouses add to the pages of an item."""

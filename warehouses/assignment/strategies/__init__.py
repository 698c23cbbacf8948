"""Assignment strategies: pure functions that choose the warehouses of one order."""

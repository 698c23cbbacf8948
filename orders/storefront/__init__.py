"""Pages of checkout, orders and the address book."""

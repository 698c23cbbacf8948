"""Stock in and out: receipts, counts, discards, shortfalls, opening and closing warehouses."""

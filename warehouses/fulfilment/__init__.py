"""Warehouse orders after assignment: picked, shipped, deallocated; orders that wait."""

"""Warehouse orders after assignment: picking, shipping, deallocation, and the backlog."""

"""Motifs of things for work, clothes and leisure."""

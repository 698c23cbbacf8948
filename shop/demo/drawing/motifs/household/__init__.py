"""Motifs of things for house, garden and pets."""

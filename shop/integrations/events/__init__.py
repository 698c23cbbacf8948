"""The log of everything that happened, read by cursor."""

"""The index files of one machine: built, followed, swapped."""

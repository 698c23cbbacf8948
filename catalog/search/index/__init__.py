"""The index files of one machine: their fields, their generations and the indexer."""

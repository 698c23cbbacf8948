"""Imports of files: tables and XML feeds, plain or gzip, read row by row in constant memory."""

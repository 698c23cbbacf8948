"""Bulk jobs: files of up to 100,000 JSON lines, processed by the workers chunk by chunk.

The file is stored in the database in chunks, and the job's row is the queue entry. A worker
processes a chunk in one transaction: its effect, its results and the job's progress commit
together, so a killed worker repeats nothing and loses nothing. Meanwhile it locks the job's
row; PostgreSQL releases the lock when the worker's connection ends.
"""

"""Bulk jobs: files of up to 100,000 JSON lines, taken by the workers chunk by chunk.

The file is kept in the database in chunks, and the job's row is the queue. A worker takes
a chunk in one transaction: its effect, its results and the progress of the job commit
together, so one that is killed repeats nothing and loses nothing. The lock on the job's
row is the lease; it ends with the worker's connection.
"""

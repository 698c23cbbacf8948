"""Crashes, restarts and crowds, and what they cost: `make torture MINUTES=5`.

`shoppers.py` loads the shop over HTTP, `tormentor.py` kills and stops its parts,
`proof.py` looks whether a unit or an order was lost, `__main__.py` runs them together.
"""

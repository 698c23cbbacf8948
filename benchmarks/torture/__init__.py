"""A torture test of crashes and restarts under load: `make torture MINUTES=5`.

`shoppers.py` and `staff.py` load the shop over HTTP, `tormentor.py` kills and stops its
processes, `proof.py` checks that no unit and no order was lost, `__main__.py` runs them together.
"""

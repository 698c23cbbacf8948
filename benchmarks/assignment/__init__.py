"""A simulation that compares the shipping costs of assignment policies."""

"""The parts of the model of the shop: each a set of rules, all about the same world."""

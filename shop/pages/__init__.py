"""Pages of the shop as a whole: home, health checks, metrics, errors, style guide."""

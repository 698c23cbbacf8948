"""What every page shows of the cart."""

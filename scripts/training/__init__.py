"""Scripts that make datasets, train networks and measure them."""

"""Scripts that train networks and write their weights."""

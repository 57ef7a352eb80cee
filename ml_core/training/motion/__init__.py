"""Training of the network that continues and varies motions."""

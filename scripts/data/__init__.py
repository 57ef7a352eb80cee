"""Scripts that compile shipped data and training data from other people's data, with their sources."""

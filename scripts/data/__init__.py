"""Scripts that make what is shipped or trained on out of other people's data, with its sources."""

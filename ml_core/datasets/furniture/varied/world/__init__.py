"""What stands outside, moves, or is worn and carried."""

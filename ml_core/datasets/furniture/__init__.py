"""Generators of furniture, household objects and furnished rooms."""

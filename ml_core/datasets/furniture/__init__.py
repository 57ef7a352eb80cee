"""Generators of furniture, household things and furnished rooms."""

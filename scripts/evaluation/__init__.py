"""Measures what was trained and built: each prints its figures and, with --keep, writes them into a card."""

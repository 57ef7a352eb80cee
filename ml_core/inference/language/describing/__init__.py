"""Reads descriptions of people by rules and word lists: traits, measures, ancestries, others beside them."""

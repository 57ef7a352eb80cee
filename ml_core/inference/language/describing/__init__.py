"""What a sentence says of a person by rules and word lists: traits, measures, ancestries, others beside them."""

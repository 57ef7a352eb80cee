"""Pictures by Cycles: scenes of people and objects, sheets of tiles, and what is drawn on them."""

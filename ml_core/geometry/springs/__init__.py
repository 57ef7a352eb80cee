"""Spring bones of a person: chains in long hair, skirts and coats, and the colliders that they do not pass."""

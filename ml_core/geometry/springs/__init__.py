"""What swings by itself on a person: chains of bones in long hair, skirts and coats, and what they do not pass."""

"""Pictures of a place: what is read in them, where they were taken, and how deep they are."""

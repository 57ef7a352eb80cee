"""Pictures of known people, for measuring what is read from photos."""

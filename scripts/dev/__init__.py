"""What developers of Atelier run: fuzzing. Nothing here is part of the extension."""

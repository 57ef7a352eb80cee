"""Scripts for developers of Atelier. Nothing here is part of the extension."""

"""Words and figures about scenes and their objects."""

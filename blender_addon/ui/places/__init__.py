"""The sections of the tab about scenes and their content."""

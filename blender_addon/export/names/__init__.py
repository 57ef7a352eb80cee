"""Names of exported files and objects."""

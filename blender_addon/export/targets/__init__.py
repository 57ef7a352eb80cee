"""The target engines and formats of an export, as data."""

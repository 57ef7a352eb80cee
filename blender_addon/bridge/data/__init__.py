"""Data-blocks: identity, ownership, stored values."""

"""The sections of the tab about scenes and what stands in them."""

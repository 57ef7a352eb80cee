"""Words and figures about scenes and what stands in them."""

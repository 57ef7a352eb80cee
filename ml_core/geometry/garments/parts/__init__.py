"""Parts of garments that are not cut from a helper: collars, shoes, hats, glasses, and what is sewn onto cloth."""

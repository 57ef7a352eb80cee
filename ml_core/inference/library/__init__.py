"""Libraries of assets: who made them and under which terms, how large they should be, and how to find one again."""

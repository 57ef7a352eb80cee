"""Which people there are: growth, the distributions that seeds draw from, macros, descriptions."""

"""The population: growth, the distributions that seeds draw from, macros, descriptions."""

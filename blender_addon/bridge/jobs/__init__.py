"""Work in steps, which a window runs from a timer and a script runs to its end."""

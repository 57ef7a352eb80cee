"""Work in steps, which a window runs by a timer and a script runs to its end."""

from .steps import run_to_end

__all__ = ["run_to_end"]

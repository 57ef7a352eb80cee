"""The trained models: shipped ones, the artist's own, taught labels."""

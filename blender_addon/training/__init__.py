"""Training in another process: a Python that has PyTorch is found, started, watched, and what it made is used."""

"""Training in another process: finds a Python that has PyTorch, starts and monitors it, and uses the result."""

"""The words of descriptions and commands, by language."""

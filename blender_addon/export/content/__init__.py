"""The content of an export: the evaluated scene on copies, and what is left out."""

"""Reads files of an export as they are: models of each format, and the folder with its manifest."""

"""Spans of a command as typed steps."""

"""Readers of training folders, and procedural sources."""

"""Sentences become operators."""

"""Carries out sentences in plain language as editing steps."""

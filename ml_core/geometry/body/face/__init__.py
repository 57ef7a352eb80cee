"""Eyeballs, eyelashes and facial shapes."""

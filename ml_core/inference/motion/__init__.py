"""Continues and varies motions of people: a trained network over features of poses."""

"""Recorded motion clips retargeted to our joints, and procedural clips."""

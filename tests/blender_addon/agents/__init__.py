"""Tests of the tools for programs."""

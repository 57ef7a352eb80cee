"""Tests of jobs in batches."""

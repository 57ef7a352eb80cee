"""Provenance of files: their history, Content Credentials, and signatures that show whether they were changed."""

"""Training runs that the add-on starts: a process of their own, their status file, their reports."""

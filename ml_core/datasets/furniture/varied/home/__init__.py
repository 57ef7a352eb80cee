"""What stands and lies in rooms."""

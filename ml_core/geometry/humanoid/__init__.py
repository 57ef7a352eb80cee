"""Any humanoid mesh: its bones, part frames and landmarks."""

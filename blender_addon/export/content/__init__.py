"""What there is to export: the evaluated scene on copies, and what stays behind."""

"""What a furnished scene still lacks, and where it would stand."""

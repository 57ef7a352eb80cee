"""What is painted on bare skin: age, blood, brows, lips, nails, eyes where a body has none."""

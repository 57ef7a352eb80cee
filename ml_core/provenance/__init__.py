"""Where files come from: their history, what they say of it, and signatures that show whether they were changed."""

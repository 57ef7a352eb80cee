"""The vocabulary shared by all parts: avatar traits, object labels, scene commands."""

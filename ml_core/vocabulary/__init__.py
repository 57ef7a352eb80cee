"""What the parts say to each other: avatar traits, object labels, scene commands."""

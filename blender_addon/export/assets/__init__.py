"""What an export is made of: static assets and avatars, with what engines need beside a mesh."""

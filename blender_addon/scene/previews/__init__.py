"""Preview pictures of assets and avatars: turntables and a contact sheet."""

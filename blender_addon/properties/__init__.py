"""What the scene and the preferences keep, by section of the tab."""

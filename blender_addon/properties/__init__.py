"""Properties of the scene and the preferences, by section of the tab."""

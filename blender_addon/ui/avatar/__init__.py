"""The avatar section of the tab: traits, layers, poses, variations, presets."""

"""Asset libraries: labeling the assets of a file, turning models into assets, and searching for assets."""

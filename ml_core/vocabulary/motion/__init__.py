"""The motions that an avatar can play, and plans of several."""

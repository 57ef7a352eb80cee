"""Labels of objects: recognizing them, the list of labels, and applying them to names, collections and assets."""

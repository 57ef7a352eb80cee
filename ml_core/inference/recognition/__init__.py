"""Recognition of objects, pictures and kinds of scenes."""

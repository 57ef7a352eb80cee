"""What commands do to the objects of a scene: choose, move, place, color, add and delete them."""

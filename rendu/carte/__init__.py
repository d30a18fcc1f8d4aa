"""Signs, colours and layers of the map."""

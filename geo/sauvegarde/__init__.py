"""A portable archive of all that a storage holds, made of either storage and restored into either."""

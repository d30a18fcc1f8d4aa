"""Layers of polygons: what an ARS or a consultant draws of the CPTS, brought to the communes."""

"""Shapes: shapely and geopandas only."""

"""Layers asked of a geographic service (WFS) that the administrator allows, and the copies kept of them."""

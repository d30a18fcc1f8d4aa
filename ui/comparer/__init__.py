"""Territories side by side."""

"""Sources, quality, imports."""

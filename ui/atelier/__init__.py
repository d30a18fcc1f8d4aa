"""The page where territories are composed."""

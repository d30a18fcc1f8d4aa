"""Finding communes and CPTS."""

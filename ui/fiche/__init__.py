"""The sheet of a CPTS."""

"""The gaps."""

"""The roll-out."""

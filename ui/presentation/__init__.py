"""The launch event."""
